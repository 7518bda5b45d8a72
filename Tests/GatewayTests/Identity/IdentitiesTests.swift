import Foundation
import MCP
import NIOCore
import NIOPosix
import Policy
import Testing

@testable import Gateway

/// Tokens verified as the gateway does it, with keys from a file and from a real server.
@Suite struct IdentitiesTests {
    private let forge = TokenForge.shared
    private let clock = StandingClock()
    private let events = Notebook<KeySetEvent>()
    private let loop = MultiThreadedEventLoopGroup.singleton.any()

    private func with(_ body: (Identities) async throws -> Void) async throws {
        let (clock, events) = (clock, events)
        let report: @Sendable (KeySetEvent) -> Void = { events.add($0) }
        let identities = Identities(
            group: MultiThreadedEventLoopGroup.singleton,
            clock: { clock.now },
            report: report
        )
        do {
            try await body(identities)
        } catch {
            await identities.shutdown()
            throw error
        }
        await identities.shutdown()
    }

    private func rules(_ keySet: String) -> TokenRules {
        var rules = TokenForge.rules
        rules.keySet = keySet
        return rules
    }

    private func ask(
        _ verifier: TokenVerifier?,
        _ token: [UInt8],
        wallNow: Timestamp = TokenForge.now
    ) throws -> Prospect<TokenVerdict> {
        let verifier = try #require(verifier)
        return token.withUnsafeBytes {
            verifier.verify(
                0..<token.count,
                of: RawSpan(_unsafeBytes: $0),
                from: ClientAddress(.v4(1)),
                at: clock.now,
                wallNow: wallNow,
                on: loop
            )
        }
    }

    private func verdict(
        _ verifier: TokenVerifier?,
        _ token: [UInt8]
    ) async throws -> TokenVerdict? {
        switch try ask(verifier, token) {
        case .known(let verdict): return verdict
        case .pending(let future): return try await future.get()
        case .busy: return nil
        }
    }

    // MARK: A server

    @Test func `follows keys that a server rotates during the run`() async throws {
        let first = forge.keySetText([forge.p256Key()])
        try await KeyServer.with(keys: first) { server in
            try await with { identities in
                let verifier = identities.tokens(for: rules(server.url()))
                let (old, new) = (try forge.token("ES256"), try forge.token("EdDSA"))
                #expect(try await verdict(verifier, old)?.isVerified == true)
                #expect(
                    try await verdict(verifier, try forge.token("RS256")) == .refused(.keyUnknown)
                )

                try server.rotate(to: forge.keySetText([forge.ed25519Key, forge.p256Key()]))
                clock.advance(bySeconds: 61)
                #expect(try await verdict(verifier, new)?.isVerified == true)
                #expect(try await verdict(verifier, old)?.isVerified == true)

                try server.rotate(to: forge.keySetText([forge.ed25519Key]))
                clock.advance(bySeconds: 61)
                #expect(
                    try await verdict(verifier, try forge.token("PS256")) == .refused(.keyUnknown)
                )
                #expect(try await verdict(verifier, old) == .refused(.keyUnknown))
                #expect(try await verdict(verifier, new)?.isVerified == true)
                #expect(server.requests.count == 4)
            }
        }
        let counts = events.notes.compactMap { event in
            if case .changed(let count, _) = event { count } else { nil }
        }
        #expect(counts == [1, 2, 1])
    }

    @Test func `sends the tag back and is content with 304`() async throws {
        try await KeyServer.with(keys: forge.keySetText) { server in
            try await with { identities in
                let verifier = identities.tokens(for: rules(server.url()))
                let unknown = TokenForge.header("ES256", key: "x")
                for _ in 0..<3 {
                    _ = try await verdict(verifier, try forge.token(header: unknown))
                    clock.advance(bySeconds: 61)
                }
                #expect(try await verdict(verifier, try forge.token())?.isVerified == true)
                let tags = server.requests.map { $0.split(separator: " ")[1] }
                #expect(tags.first == "-")
                #expect(tags.dropFirst().allSatisfy { $0.hasPrefix("\"") && $0.count == 18 })
            }
        }
        #expect(events.notes == [.changed(keyCount: 5, ignoredCount: 0)])
    }

    @Test(arguments: [
        ("/moved", KeySetProblem.statusRefused), ("/missing", .statusRefused),
        ("/large", .tooLarge), ("/endless", .tooLarge), ("/silent", .unreachable),
    ])
    func `takes no keys from a server that answers badly`(
        path: String,
        problem: KeySetProblem
    ) async throws {
        try await KeyServer.with(keys: forge.keySetText) { server in
            try await with { identities in
                let verifier = identities.tokens(for: rules(server.url(path)))
                let judged = try await verdict(verifier, try forge.token())
                #expect(judged == .unavailable)
                #expect(server.requests.map { $0.prefix(path.count) } == [path[...]])
            }
        }
        #expect(events.notes == [.refreshFailed(problem, areKeysHeld: false)])
    }

    @Test func `a server that is gone leaves tokens unjudged, not refused`() async throws {
        try await with { identities in
            let verifier = identities.tokens(for: rules("http://127.0.0.1:1/keys"))
            let judged = try await verdict(verifier, try forge.token())
            #expect(judged == .unavailable)
            #expect(events.notes == [.refreshFailed(.unreachable, areKeysHeld: false)])
        }
    }

    @Test func `the verdict arrives though the one who asked has let go of it`() async throws {
        try await KeyServer.with(keys: forge.keySetText) { server in
            try await with { identities in
                let verifier = identities.tokens(for: rules(server.url()))
                let token = try forge.token()
                _ = try ask(verifier, token)
                #expect(try await verdict(verifier, token)?.isVerified == true)
            }
        }
    }

    // MARK: A file

    private func withFile(
        _ text: String,
        mode: Int = 0o644,
        _ body: (String) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "keys-\(UUID().uuidString).json").path()
        try write(text, to: file, mode: mode)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await body(file)
    }

    private func write(_ text: String, to file: String, mode: Int = 0o644) throws {
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    @Test func `reads a file again when it changed, and at once forgets verdicts`() async throws {
        try await withFile(forge.keySetText([forge.p256Key()])) { file in
            try await with { identities in
                let verifier = identities.tokens(for: rules(file))
                let token = try forge.token()
                // The first keys are news, and what was asked before them is asked again.
                for _ in 0..<2 {
                    #expect(try await verdict(verifier, token)?.isVerified == true)
                }
                guard case .known = try ask(verifier, token) else {
                    Issue.record("the verdict was not remembered")
                    return
                }
                try write(forge.keySetText([forge.ed25519Key]), to: file)
                clock.advance(bySeconds: 2)
                #expect(try await verdict(verifier, try forge.token("EdDSA"))?.isVerified == true)
                #expect(try await verdict(verifier, token) == .refused(.keyUnknown))
            }
        }
    }

    @Test func `a file that others may write, or that is none, is refused`() async throws {
        try await withFile(forge.keySetText, mode: 0o646) { file in
            for path in [file, "/dev/zero", "/tmp", "/nonexistent/keys"] {
                try await with { identities in
                    let verifier = identities.tokens(for: rules(path))
                    let judged = try await verdict(verifier, try forge.token())
                    #expect(judged == .unavailable, "\(path)")
                }
            }
        }
        #expect(
            events.notes.map { $0 } == [
                .refreshFailed(.fileRefused, areKeysHeld: false),
                .refreshFailed(.fileRefused, areKeysHeld: false),
                .refreshFailed(.fileRefused, areKeysHeld: false),
                .refreshFailed(.unreachable, areKeysHeld: false),
            ]
        )
    }

    // MARK: Rules and time

    @Test func `a remembered verdict ends with the token`() async throws {
        try await withFile(forge.keySetText) { file in
            try await with { identities in
                let verifier = identities.tokens(for: rules(file))
                let token = try forge.token()
                // The first keys are news, and what was asked before them is asked again.
                for _ in 0..<2 {
                    #expect(try await verdict(verifier, token)?.isVerified == true)
                }
                let end = TokenForge.now.advanced(bySeconds: 330)
                guard case .known(let verdict) = try ask(verifier, token, wallNow: end) else {
                    Issue.record("the verdict was not remembered")
                    return
                }
                #expect(verdict == .refused(.expired))
            }
        }
    }

    @Test func `equal rules share a verifier, and other rules start anew with the same keys`()
        async throws
    {
        try await withFile(forge.keySetText) { file in
            try await with { identities in
                let first = identities.tokens(for: rules(file))
                #expect(first === identities.tokens(for: rules(file)))
                let token = try forge.token()
                #expect(try await verdict(first, token)?.isVerified == true)
                var other = rules(file)
                other.audience = "https://other.example"
                let second = identities.tokens(for: other)
                #expect(second !== first)
                #expect(try await verdict(second, token) == .refused(.audienceWrong))
                #expect(try await verdict(first, token)?.isVerified == true)
                #expect(events.notes.count == 1)
            }
        }
        try await with { #expect($0.tokens(for: nil) == nil) }
    }

    @Test func `a token that is too large is not even hashed`() async throws {
        try await with { identities in
            let verifier = identities.tokens(for: rules("/nonexistent"))
            let token = [UInt8](repeating: 0x41, count: 16_385)
            guard case .known(.refused(.tooLarge)) = try ask(verifier, token) else {
                Issue.record("it was looked at")
                return
            }
        }
    }
}

@Suite struct KeySetPlaceTests {
    @Test(arguments: [
        ("/etc/keys.json", true), ("https://issuer.example/jwks?x=1", true),
        ("http://127.0.0.1:8000/jwks", true), ("http://localhost/jwks", true),
        ("http://[::1]:8000", true),
        ("keys.json", false), ("", false), ("http://issuer.example/jwks", false),
        ("http://127.0.0.1.evil.example/", false), ("http://localhost.evil.example/", false),
        ("http://localhost@evil.example/", false), ("https://user@issuer.example/", false),
        ("http://127.0.0.1\\@evil.example/", false), ("http://localhost:8000x/", false),
        ("http://localhost:/", false), ("http://localhost:123456/", false),
        ("http://LOCALHOST/", false), ("HTTPS://issuer.example/", false),
        ("https:///jwks", false), ("https://issuer.example/#a", false),
        ("file:///etc/keys.json", false), ("ftp://localhost/", false),
        ("https://issuer.example/\r\nx", false), ("https://issüer.example/", false),
        ("http+unix://%2Frun%2Fx.sock/", false),
    ])
    func `keys come from a file, over TLS, or from this machine`(text: String, isGood: Bool) {
        #expect((KeySetPlace(text) != nil) == isGood)
    }

    private static let lifetimes: [([String], Int64?)] = [
        (["max-age=600"], 600), (["public", "Max-Age=5 , x"], 5), (["max-age=60, max-age=5"], 5),
        (["no-store, max-age=600"], 0), (["no-cache"], 0), (["max-age=-1"], nil),
        (["max-age=\"60\""], nil), (["max-age=99999999999999999999"], nil), (["s-maxage=5"], nil),
        ([], nil),
    ]

    @Test(arguments: lifetimes)
    func `reads for how long an answer may be kept`(fields: [String], seconds: Int64?) {
        #expect(CacheLifetime.seconds(fields) == seconds)
    }
}
