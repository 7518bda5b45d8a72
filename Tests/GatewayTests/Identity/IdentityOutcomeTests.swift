import Policy
import Testing

@testable import Gateway

@Suite struct IdentityOutcomeTests {
    private func principal(scopes: [String]) throws -> TokenPrincipal {
        let list = scopes.map { "\"\($0)\"" }.joined(separator: ",")
        let claims = try TokenClaims(
            Array(TokenForge.claims(#","scp":[\#(list)]"#).utf8),
            rules: TokenForge.rules,
            at: TokenForge.now
        )
        return TokenPrincipal(claims, rules: TokenForge.rules)
    }

    private var access: TokenAccess {
        var rules = TokenForge.rules
        rules.scopes[0].access.tools = PatternRules(allow: ["read_*"])
        return TokenAccess(rules)
    }

    private func allows(_ tool: String, scopes: [String]) throws -> Bool {
        let verdict = TokenVerdict.verified(try principal(scopes: scopes))
        guard case .verified(let identity) = verdict.credential(under: access) else { return false }
        #expect(identity.validUntil == Timestamp(millisecondsSince1970: 1_800_000_330_000))
        return identity.access?.allows(tool: tool, from: ClientAddress(.v4(1))) ?? true
    }

    @Test func `a token opens what its scopes open together, and nothing without any`() throws {
        #expect(try allows("read_file", scopes: ["mcp:read"]))
        #expect(try !allows("drop_table", scopes: ["mcp:read"]))
        #expect(try allows("drop_table", scopes: ["mcp:read", "mcp:write"]))
        #expect(try !allows("read_file", scopes: []))
        #expect(try !allows("read_file", scopes: ["other"]))
    }

    @Test(arguments: TokenProblem.allCases)
    func `the client hears the same of every bad token`(problem: TokenProblem) throws {
        let verdict = try #require(TokenVerdict.refused(problem).credential(under: access))
        guard case .deny(let denial) = KeyGuard.ruling(on: verdict),
            case .deny(let wrong) = KeyGuard.ruling(
                on: .refused(cause: .credentialsInvalid, key: nil)
            )
        else {
            Issue.record("\(problem) was let through")
            return
        }
        #expect(denial.status == 401 && denial.code == wrong.code)
        #expect(denial.clientMessage == wrong.clientMessage)
        #expect(denial.cause == problem.cause && denial.cause != denial.code)
    }

    @Test func `what could not be judged is no verdict`() {
        #expect(TokenVerdict.unavailable.credential(under: access) == nil)
        #expect(PasswordVerdict.unavailable.credential(of: [], at: TokenForge.now) == nil)
        #expect(
            PasswordVerdict.matches(3).credential(of: [], at: TokenForge.now)
                == .refused(cause: .credentialsInvalid, key: nil)
        )
    }
}
