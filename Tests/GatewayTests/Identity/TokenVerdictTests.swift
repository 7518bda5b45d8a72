import Crypto
import Foundation
import MCP
import Policy
import Testing

@testable import Gateway

/// What becomes of tokens, judged with real keys: the good ones, and every forgery by name.
@Suite struct TokenVerdictTests {
    private let forge = TokenForge.shared

    private func source(_ keySet: String) -> KeySetSource {
        let fetch: KeySetSource.Fetch = { _ throws(KeySetProblem) in
            .document(Array(keySet.utf8), validator: nil, freshSeconds: nil)
        }
        let clock: @Sendable () -> MonotonicTime = { MonotonicTime(nanoseconds: 0) }
        return KeySetSource(.server, clock: clock, report: { _ in }, fetch: fetch)
    }

    private func verdict(
        on token: [UInt8],
        keySet: String? = nil,
        at now: Timestamp = TokenForge.now
    ) async -> TokenVerdict {
        await TokenQuestion(
            token: token,
            rules: TokenForge.rules,
            source: source(keySet ?? forge.keySetText),
            asked: now
        ).verdict()
    }

    // MARK: Good tokens

    @Test(arguments: SignatureAlgorithm.allCases.map(\.rawValue))
    func `accepts a token signed with`(algorithm: String) async throws {
        let verdict = await verdict(on: try forge.token(algorithm))
        #expect(verdict.isVerified, "\(algorithm): \(verdict)")
    }

    private static let goodClaims: [(String, String)] = [
        ("audience in an array", TokenForge.claims(audience: #"["x","https://gate.example/mcp"]"#)),
        ("expiry with a fraction", TokenForge.claims(expiry: "1800000300.75")),
        ("expired within the skew", TokenForge.claims(expiry: "1799999971")),
        ("issued a moment ahead", TokenForge.claims(#","iat":1800000030"#)),
        ("claims that nobody knows", TokenForge.claims(#","x":{"y":[1,2.5,null]}"#)),
    ]

    @Test(arguments: goodClaims)
    func `accepts claims with`(name: String, claims: String) async throws {
        let verdict = await verdict(on: try forge.token(claims: claims))
        #expect(verdict.isVerified, "\(name): \(verdict)")
    }

    private static let scopes: [(String, [Int])] = [
        (#","scope":"mcp:write other""#, [1]),
        (#","scope":"mcp:read mcp:write""#, [0, 1]),
        (#","scp":["mcp:read"]"#, [0]),
        (#","scp":"mcp:read""#, [0]),
        (#","scope":"MCP:READ""#, []),
        (#","scope":"mcp:read\u0000""#, []),
        (#","scope":"","scp":["mcp:read"]"#, []),
        ("", []),
    ]

    @Test(arguments: scopes)
    func `finds the scopes that the policy knows`(claim: String, expected: [Int]) async throws {
        let token = try forge.token(claims: TokenForge.claims(claim))
        guard case .verified(let principal) = await verdict(on: token) else {
            Issue.record("not verified: \(claim)")
            return
        }
        #expect(principal.scopeIndices == expected)
        #expect(principal.subject == "alice")
        #expect(principal.validUntil == Timestamp(millisecondsSince1970: 1_800_000_330_000))
    }

    // MARK: Forged headers

    private static let algorithms: [(String, String, TokenProblem)] = [
        ("none", "none", .algorithmRefused),
        ("None in capitals", "NONE", .algorithmRefused),
        ("HMAC with the public key", "HS256", .algorithmRefused),
        ("a small letter", "es256", .algorithmRefused),
        ("an unknown curve", "ES256K", .algorithmRefused),
        ("an empty name", "", .algorithmRefused),
    ]

    @Test(arguments: algorithms)
    func `refuses the algorithm`(
        name: String,
        algorithm: String,
        problem: TokenProblem
    ) async throws {
        let header = TokenForge.header(algorithm, key: "rsa")
        for signer in ["HS256", "ES256"] {
            let token = try forge.token(signer, header: header)
            #expect(await verdict(on: token) == .refused(problem), "\(name)")
        }
    }

    private static let headers: [(String, String, TokenProblem)] = [
        ("no alg", #"{"kid":"p256"}"#, .algorithmRefused),
        ("alg twice", #"{"alg":"ES256","alg":"none","kid":"p256"}"#, .headerUnreadable),
        ("alg twice, escaped", #"{"alg":"ES256","\u0061lg":"none"}"#, .headerUnreadable),
        ("alg in an array", #"{"alg":["ES256"],"kid":"p256"}"#, .algorithmRefused),
        ("jwk", #"{"alg":"ES256","kid":"p256","jwk":{}}"#, .headerRefused),
        ("jku", #"{"alg":"ES256","kid":"p256","jku":"https://evil.example"}"#, .headerRefused),
        ("x5u", #"{"alg":"ES256","kid":"p256","x5u":"https://evil.example"}"#, .headerRefused),
        ("x5c", #"{"alg":"ES256","kid":"p256","x5c":[]}"#, .headerRefused),
        ("crit", #"{"alg":"ES256","kid":"p256","crit":["x"]}"#, .headerRefused),
        ("b64", #"{"alg":"ES256","kid":"p256","b64":false}"#, .headerRefused),
        ("zip", #"{"alg":"ES256","kid":"p256","zip":"DEF"}"#, .headerRefused),
        ("a nested token", #"{"alg":"ES256","kid":"p256","cty":"JWT"}"#, .headerRefused),
        ("an encrypted token", #"{"alg":"ES256","kid":"p256","enc":"A256GCM"}"#, .headerRefused),
        ("typ of a logout token", #"{"alg":"ES256","typ":"logout+jwt"}"#, .typeRefused),
        ("typ of a proof", #"{"alg":"ES256","kid":"p256","typ":"dpop+jwt"}"#, .typeRefused),
        ("typ null", #"{"alg":"ES256","kid":"p256","typ":null}"#, .typeRefused),
        ("kid as number", #"{"alg":"ES256","kid":1}"#, .headerUnreadable),
        ("kid empty", #"{"alg":"ES256","kid":""}"#, .headerUnreadable),
        ("kid with a path", #"{"alg":"ES256","kid":"../../dev/null"}"#, .keyUnknown),
        ("kid of no key", #"{"alg":"ES256","kid":"p25"}"#, .keyUnknown),
        ("kid of a key of another curve", #"{"alg":"ES256","kid":"p384"}"#, .keyUnknown),
        ("kid of an RSA key", #"{"alg":"ES256","kid":"rsa"}"#, .keyUnknown),
        ("an array", #"["ES256"]"#, .headerUnreadable),
        ("a byte order mark", "\u{FEFF}" + #"{"alg":"ES256","kid":"p256"}"#, .headerUnreadable),
        ("something after it", #"{"alg":"ES256","kid":"p256"} {}"#, .headerUnreadable),
        ("too deep", #"{"alg":"ES256","a":[[[[1]]]]}"#, .headerUnreadable),
    ]

    @Test(arguments: headers)
    func `refuses the header with`(
        name: String,
        header: String,
        problem: TokenProblem
    ) async throws {
        let token = try forge.token(header: header)
        #expect(await verdict(on: token) == .refused(problem), "\(name)")
    }

    @Test func `a key is good for its own algorithm only`() async throws {
        let keys = forge.keySetText([forge.rsaKey(#","alg":"RS256""#)])
        for (algorithm, isGood) in [("RS256", true), ("RS512", false), ("PS256", false)] {
            let verdict = await verdict(on: try forge.token(algorithm), keySet: keys)
            #expect(verdict.isVerified == isGood, "\(algorithm)")
        }
        let header = TokenForge.header("PS256", key: "rsa")
        let confused = try forge.token("RS256", header: header)
        #expect(await verdict(on: confused) == .refused(.signatureInvalid))
    }

    @Test func `a token without a key id means the only key that fits, and none of two`()
        async throws
    {
        let token = try forge.token(header: #"{"alg":"ES256"}"#)
        #expect(await verdict(on: token).isVerified)
        let twins = forge.keySetText([forge.p256Key(), forge.p256Key(id: "other")])
        #expect(await verdict(on: token, keySet: twins) == .refused(.keyUnknown))
    }

    // MARK: Forged shapes and signatures

    private static let shapes: [(String, @Sendable (String) -> String, TokenProblem)] = [
        ("two parts", { $0.split(separator: ".").prefix(2).joined(separator: ".") }, .notCompact),
        (
            "no signature", { $0.split(separator: ".").prefix(2).joined(separator: ".") + "." },
            .notCompact
        ),
        ("four parts", { $0 + ".e30" }, .notCompact),
        ("five parts", { $0 + ".e30.e30" }, .notCompact),
        ("an empty part", { "." + $0 }, .notCompact),
        ("padding", { $0 + "==" }, .notCompact),
        ("a line feed", { $0 + "\n" }, .notCompact),
        ("a space before it", { " " + $0 }, .notCompact),
        ("standard base64", { $0.replacingOccurrences(of: "eyJ", with: "ey+") }, .notCompact),
        ("a truncated signature", { String($0.dropLast(2)) }, .signatureInvalid),
        ("a longer signature", { $0 + "AAAA" }, .signatureInvalid),
        ("nothing", { _ in "" }, .notCompact),
        ("two dots", { _ in ".." }, .notCompact),
        ("too many bytes", { $0 + String(repeating: "A", count: 16_384) }, .tooLarge),
        ("JSON form", { _ in #"{"payload":"","signatures":[]}"# }, .notCompact),
    ]

    @Test(arguments: shapes.indices)
    func `refuses the shape`(index: Int) async throws {
        let (name, change, problem) = Self.shapes[index]
        let token = String(decoding: try forge.token(), as: UTF8.self)
        #expect(await verdict(on: Array(change(token).utf8)) == .refused(problem), "\(name)")
    }

    @Test func `refuses trailing bits that are not zero, though they decode alike elsewhere`()
        async throws
    {
        // 64 bytes end in one character with four spare bits.
        var token = try forge.token()
        let last = token.removeLast()
        let respelled = last == UInt8(ascii: "A") ? UInt8(ascii: "B") : last + 1
        token.append(respelled)
        #expect(await verdict(on: token) == .refused(.notCompact))
    }

    @Test func `refuses the psychic signature and others that are no signature at all`()
        async throws
    {
        let good = String(decoding: try forge.token(), as: UTF8.self)
        let signed = good[...(good.lastIndex(of: ".") ?? good.startIndex)]
        for signature in [
            [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64),
            [0], [UInt8](repeating: 0, count: 63) + [1],
        ] {
            let token = Array((signed + TokenForge.encode(signature)).utf8)
            #expect(await verdict(on: token) == .refused(.signatureInvalid))
        }
    }

    @Test(arguments: ["RS256", "PS384", "ES512", "EdDSA"])
    func `refuses any byte changed under a signature of`(algorithm: String) async throws {
        let signed = String(decoding: try forge.token(algorithm), as: UTF8.self)
        let other = String(
            decoding: try forge.token(algorithm, claims: TokenForge.claims(subject: #""mallory""#)),
            as: UTF8.self
        )
        var parts = signed.split(separator: ".").map(String.init)
        parts[1] = other.split(separator: ".").map(String.init)[1]
        let token = Array(parts.joined(separator: ".").utf8)
        #expect(await verdict(on: token) == .refused(.signatureInvalid))
    }

    @Test func `refuses a signature by a stranger under a known key id`() async throws {
        let token = try TokenForge().token()
        #expect(await verdict(on: token) == .refused(.signatureInvalid))
    }

    // MARK: Wrong claims, well signed

    private static let badClaims: [(String, String, TokenProblem)] = [
        (
            "another issuer", TokenForge.claims(issuer: #""https://evil.example""#),
            .issuerWrong
        ),
        (
            "the issuer with a slash", TokenForge.claims(issuer: #""https://issuer.example/""#),
            .issuerWrong
        ),
        (
            "the issuer in an array", TokenForge.claims(issuer: #"["https://issuer.example"]"#),
            .issuerWrong
        ),
        (
            "another audience", TokenForge.claims(audience: #""https://gate.example""#),
            .audienceWrong
        ),
        ("an array without it", TokenForge.claims(audience: #"["a","b"]"#), .audienceWrong),
        (
            "a mixed array", TokenForge.claims(audience: #"["https://gate.example/mcp",1]"#),
            .audienceWrong
        ),
        (
            "an array in an array", TokenForge.claims(audience: #"[["https://gate.example/mcp"]]"#),
            .audienceWrong
        ),
        ("no audience", TokenForge.claims(audience: nil), .audienceWrong),
        ("no expiry", TokenForge.claims(expiry: nil), .momentUnreadable),
        ("expiry as text", TokenForge.claims(expiry: #""1800000300""#), .momentUnreadable),
        ("expiry null", TokenForge.claims(expiry: "null"), .momentUnreadable),
        ("a negative expiry", TokenForge.claims(expiry: "-1"), .momentUnreadable),
        (
            "expiry after the year 9999", TokenForge.claims(expiry: "253402300800"),
            .momentUnreadable
        ),
        ("expiry as a huge number", TokenForge.claims(expiry: "1e300"), .momentUnreadable),
        ("expiry that is infinite", TokenForge.claims(expiry: "1e999"), .claimsUnreadable),
        ("expiry twice", TokenForge.claims(#","exp":1900000000"#), .claimsUnreadable),
        ("expired a moment ago", TokenForge.claims(expiry: "1799999970"), .expired),
        ("not yet valid", TokenForge.claims(#","nbf":1800000031"#), .notYetValid),
        ("issued in the future", TokenForge.claims(#","iat":1800000031"#), .notYetValid),
        ("nbf as text", TokenForge.claims(#","nbf":"0""#), .momentUnreadable),
        ("no subject", TokenForge.claims(subject: nil), .subjectUnreadable),
        ("an empty subject", TokenForge.claims(subject: #""""#), .subjectUnreadable),
        ("a subject with a line", TokenForge.claims(subject: #""a\nb""#), .subjectUnreadable),
        (
            "a subject with direction marks", TokenForge.claims(subject: "\"a\u{202E}b\""),
            .subjectUnreadable
        ),
        ("subject twice", TokenForge.claims(#","sub":"root""#), .claimsUnreadable),
        ("scope as object", TokenForge.claims(#","scope":{}"#), .scopeUnreadable),
        ("scope as array", TokenForge.claims(#","scope":["mcp:read"]"#), .scopeUnreadable),
        ("scp with numbers", TokenForge.claims(#","scp":["mcp:read",1]"#), .scopeUnreadable),
        ("a byte order mark", "\u{FEFF}" + TokenForge.claims(), .claimsUnreadable),
        ("no object", #""alice""#, .claimsUnreadable),
        (
            "too deep",
            TokenForge.claims(
                #","x":"# + String(repeating: "[", count: 17)
                    + String(repeating: "]", count: 17)
            ), .claimsUnreadable
        ),
    ]

    @Test(arguments: badClaims)
    func `refuses the claims with`(
        name: String,
        claims: String,
        problem: TokenProblem
    ) async throws {
        let token = try forge.token(claims: claims)
        #expect(await verdict(on: token) == .refused(problem), "\(name)")
    }

    @Test func `refuses claims that are not UTF-8`() async throws {
        let payload =
            Array(TokenForge.claims(subject: nil).utf8.dropLast())
            + Array(#","sub":""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8)
        let header = TokenForge.encode(Array(TokenForge.header("ES256", key: "p256").utf8))
        let signed = "\(header).\(TokenForge.encode(payload))"
        let signature = try forge.sign(Array(signed.utf8), "ES256")
        let token = Array("\(signed).\(TokenForge.encode(signature))".utf8)
        #expect(await verdict(on: token) == .refused(.claimsUnreadable))
    }
}
