import Policy
import Testing

@testable import Gateway

@Suite struct TokenPrincipalTests {
    private func principal(scopes: [String]) throws -> TokenPrincipal {
        let list = scopes.map { "\"\($0)\"" }.joined(separator: ",")
        let claims = try TokenClaims(
            Array(TokenForge.claims(#","scp":[\#(list)]"#).utf8),
            rules: TokenForge.rules,
            at: TokenForge.now
        )
        return TokenPrincipal(claims, rules: TokenForge.rules)
    }

    private func allows(_ tool: String, scopes: [String]) throws -> Bool {
        var rules = TokenForge.rules
        rules.scopes[0].access.tools = PatternRules(allow: ["read_*"])
        let identity = try principal(scopes: scopes).identity(under: TokenAccess(rules))
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

    @Test func `the principal is the same for every token of one subject and issuer only`() {
        let id = TokenPrincipal.id(issuer: "https://a", subject: "bob")
        #expect(id == TokenPrincipal.id(issuer: "https://a", subject: "bob"))
        #expect(id != TokenPrincipal.id(issuer: "https://ab", subject: "ob"))
        #expect(id != TokenPrincipal.id(issuer: "https://a", subject: "bo"))
        #expect(id.rawValue.utf8.count == 15 && id.rawValue.hasPrefix("~"))
        #expect(!id.isWellFormed, "it could be the id of a key")
    }

    @Test(arguments: TokenProblem.allCases)
    func `the client hears the same of every bad token, and the record the reason`(
        problem: TokenProblem
    ) {
        guard
            case .deny(let denial) = KeyGuard.ruling(
                on: .refused(cause: problem.reason, key: nil)
            ),
            case .deny(let wrong) = KeyGuard.ruling(
                on: .refused(cause: .credentialsInvalid, key: nil)
            )
        else {
            Issue.record("\(problem) was let through")
            return
        }
        #expect(denial.status == 401 && denial.code == wrong.code)
        #expect(denial.clientMessage == wrong.clientMessage)
        #expect(denial.cause == problem.reason && denial.cause != denial.code)
    }
}
