import Crypto
import Foundation
import Testing

@testable import Gateway

/// Which keys of a published set may verify tokens.
@Suite struct KeySetTests {
    private let forge = TokenForge.shared

    private func set(_ keys: String...) async throws(KeySetProblem) -> KeySet {
        try await KeySet(Array(forge.keySetText(keys).utf8))
    }

    @Test func `reads keys of every kind once, and knows them by id and algorithm`() async throws {
        let set = try await KeySet(Array(forge.keySetText.utf8))
        #expect(set.keyCount == 5 && set.ignoredCount == 0)
        for algorithm in SignatureAlgorithm.rsa {
            #expect(set.key(named: "rsa", for: algorithm)?.algorithm == algorithm)
        }
        #expect(set.key(named: "p256", for: .es256) != nil)
        #expect(set.key(named: "p256", for: .es384) == nil)
        #expect(set.key(named: "P256", for: .es256) == nil)
        #expect(set.key(named: nil, for: .edDSA) != nil)
    }

    private static let ignored: [(String, String)] = [
        ("a symmetric key", #"{"kty":"oct","kid":"x","k":"AAAA"}"#),
        ("a key for encryption", TokenForge.shared.p256Key(#","use":"enc""#)),
        ("a use that is no text", TokenForge.shared.p256Key(#","use":["sig"]"#)),
        ("operations without verify", TokenForge.shared.p256Key(#","key_ops":["sign"]"#)),
        ("a private key given away", TokenForge.shared.p256Key(#","d":"AAAA""#)),
        ("an RSA key with a secret", TokenForge.shared.rsaKey(#","k":"AAAA""#)),
        ("an algorithm of another kind", TokenForge.shared.p256Key(#","alg":"RS256""#)),
        ("a symmetric algorithm", TokenForge.shared.rsaKey(#","alg":"HS256""#)),
        ("an encryption algorithm", TokenForge.shared.rsaKey(#","alg":"RSA-OAEP""#)),
        ("an id that is no text", #"{"kty":"OKP","crv":"Ed25519","kid":7,"x":"\#(zeros)"}"#),
        ("an exchange curve", #"{"kty":"OKP","crv":"X25519","x":"\#(zeros)"}"#),
        ("a short Ed25519 key", #"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#),
        (
            "a point that is not on the curve",
            #"{"kty":"EC","crv":"P-256","x":"\#(zeros)","y":"\#(zeros)"}"#
        ),
        ("a curve that nobody knows", #"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#),
        ("a weak RSA key", #"{"kty":"RSA","n":"\#(modulus(128))","e":"AQAB"}"#),
        ("an RSA key padded with zeros", #"{"kty":"RSA","n":"AAAA\#(modulus(128))","e":"AQAB"}"#),
        ("an enormous RSA key", #"{"kty":"RSA","n":"\#(modulus(1026))","e":"AQAB"}"#),
        ("an even exponent", #"{"kty":"RSA","n":"\#(modulus(258))","e":"Ag"}"#),
        ("an exponent of one", #"{"kty":"RSA","n":"\#(modulus(258))","e":"AQ"}"#),
        ("no modulus", #"{"kty":"RSA","n":"","e":"AQAB"}"#),
        ("padding", #"{"kty":"RSA","n":"\#(modulus(256))==","e":"AQAB"}"#),
        ("no object", #""key""#),
        ("nothing", "{}"),
    ]
    private static let zeros = TokenForge.encode([UInt8](repeating: 0, count: 32))

    private static func modulus(_ byteCount: Int) -> String {
        TokenForge.encode([UInt8](repeating: 0xFF, count: byteCount))
    }

    @Test(arguments: ignored.indices)
    func `ignores`(index: Int) async throws {
        let (name, key) = Self.ignored[index]
        let set = try await set(key, forge.ed25519Key)
        #expect(set.keyCount == 1 && set.ignoredCount == 1, "\(name)")
        await #expect(throws: KeySetProblem.noUsableKey, "\(name)") { try await self.set(key) }
    }

    private static let badSets: [(String, String, KeySetProblem)] = [
        ("no JSON", "<html>", .malformed),
        ("nothing", "", .malformed),
        ("no keys", #"{"issuer":"x"}"#, .malformed),
        ("keys as object", #"{"keys":{}}"#, .malformed),
        ("keys twice", #"{"keys":[],"keys":[]}"#, .malformed),
        ("a member twice in a key", #"{"keys":[{"kty":"RSA","kty":"EC"}]}"#, .malformed),
        ("a byte order mark", "\u{FEFF}{\"keys\":[]}", .malformed),
        ("an empty list", #"{"keys":[]}"#, .noUsableKey),
        ("too deep", #"{"keys":[{"a":[[[[[[1]]]]]]}]}"#, .malformed),
        (
            "too many keys", #"{"keys":[0"# + String(repeating: ",0", count: 100) + "]}",
            .tooManyKeys
        ),
        ("too many bytes", String(repeating: " ", count: 65_537), .tooLarge),
    ]

    @Test(arguments: badSets)
    func `refuses a set with`(name: String, text: String, problem: KeySetProblem) async {
        await #expect(throws: problem, "\(name)") { try await KeySet(Array(text.utf8)) }
    }
}
