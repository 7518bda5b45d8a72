import Admin
import Foundation
import Policy
import Testing

/// Edits as the endpoint writes and reads them.
@Suite struct PolicyEditWireTests {
    static let edits: [(String, PolicyEdit)] = {
        let prefix = AddressPrefix(uncheckedNetwork: .v4(0x0A00_0000), length: 8)
        let moment = Timestamp(millisecondsSince1970: 1_795_000_000_250)
        let digest = SecretDigest(words: (1, 2, 3, 4))
        let secret = KeySecret(digest: digest, created: moment)
        let id = KeyID("4fT0aQzX")
        let record = KeyRecord(id: id, name: "ci", created: moment, secrets: [secret])
        return [
            (
                "{\"addEntry\":{\"entry\":{\"prefix\":\"10.0.0.0/8\",\"reason\":\"office\"},"
                    + "\"list\":\"allowlist\"}}",
                .addEntry(.allowlist, AddressEntry(prefix: prefix, reason: "office"))
            ),
            (
                "{\"removeEntry\":{\"list\":\"denylist\",\"prefix\":\"10.0.0.0/8\"}}",
                .removeEntry(.denylist, prefix)
            ),
            (
                "{\"setLimits\":{\"blockSeconds\":60,\"bodyBytesMax\":1048576,"
                    + "\"bytesPerMinute\":0,\"concurrency\":{\"connections\":10000,"
                    + "\"connectionsPerAddress\":256,\"loopLagMillisecondsMax\":500,"
                    + "\"requestsPerPrincipal\":0,\"streams\":1000,\"streamsPerPrincipal\":64},"
                    + "\"isRateLimitEnabled\":true,\"perAddress\":{\"burst\":60,"
                    + "\"requestsPerMinute\":60},\"perKey\":{\"burst\":60,"
                    + "\"requestsPerMinute\":60},\"perTool\":[]}}",
                .setLimits(LimitRules())
            ),
            (
                "{\"setBrowserRules\":{\"allowedHosts\":[\"mcp.example\"],\"allowedOrigins\":[],"
                    + "\"crossOrigin\":{\"allowsAnyOrigin\":false,\"allowsCredentials\":false,"
                    + "\"isEnabled\":false,\"maxAgeSeconds\":600,\"origins\":[]}}}",
                .setBrowserRules(BrowserRules(allowedHosts: ["mcp.example"], allowedOrigins: []))
            ),
            ("{\"setAuthenticationRequired\":false}", .setAuthenticationRequired(false)),
            (
                "{\"setUpstream\":{\"command\":[],\"isSharedChild\":false,"
                    + "\"url\":\"http://127.0.0.1:9000/mcp\"}}",
                .setUpstream(UpstreamRule(url: "http://127.0.0.1:9000/mcp"))
            ),
            ("{\"setUpstream\":null}", .setUpstream(nil)),
            ("{\"setTokenRules\":null}", .setTokenRules(nil)),
            (
                "{\"setServer\":{\"name\":\"files\",\"upstream\":{\"command\":[\"/bin/mcp\"],"
                    + "\"isSharedChild\":true,\"url\":\"\"}}}",
                .setServer(
                    ServerRule(
                        name: "files",
                        upstream: UpstreamRule(command: ["/bin/mcp"], isSharedChild: true)
                    )
                )
            ),
            ("{\"removeServer\":\"files\"}", .removeServer("files")),
            (
                "{\"setToolRules\":{\"pinning\":\"block\"}}",
                .setToolRules(ToolRules(pinning: .block))
            ),
            (
                "{\"setProxyRules\":{\"field\":\"forwarded\",\"isProxyProtocolExpected\":false,"
                    + "\"trusted\":[\"10.0.0.0/8\"]}}",
                .setProxyRules(ProxyRules(trusted: [prefix], field: .forwarded))
            ),
            (
                "{\"setFailureRules\":{\"banSeconds\":60,\"banSecondsMax\":3600,\"countMax\":10,"
                    + "\"protected\":[],\"windowSeconds\":60}}",
                .setFailureRules(FailureRules(protected: []))
            ),
            (
                "{\"setLockdown\":{\"networks\":[\"10.0.0.0/8\"],\"reason\":\"incident\"}}",
                .setLockdown(LockdownRule(networks: [prefix], reason: "incident"))
            ),
            ("{\"setLockdown\":null}", .setLockdown(nil)),
            (
                "{\"setCertificates\":[{\"access\":{\"methods\":{\"allow\":[],\"deny\":[]},"
                    + "\"networks\":[],\"tools\":{\"allow\":[],\"deny\":[\"rm_*\"]}},"
                    + "\"name\":\"build\",\"subject\":\"CN=build\"}]}",
                .setCertificates([
                    CertificateRule(
                        name: "build",
                        subject: "CN=build",
                        access: AccessRules(tools: PatternRules(deny: ["rm_*"]))
                    )
                ])
            ),
            (
                "{\"setKeyAccess\":{\"access\":{\"methods\":{\"allow\":[\"tools/*\"],\"deny\":[]},"
                    + "\"networks\":[],\"rate\":{\"burst\":60,\"requestsPerMinute\":60},"
                    + "\"tools\":{\"allow\":[],\"deny\":[]}},\"id\":\"4fT0aQzX\"}}",
                .setKeyAccess(
                    id,
                    AccessRules(methods: PatternRules(allow: ["tools/*"]), rate: RateRule())
                )
            ),
            ("{\"setDebugLogging\":true}", .setDebugLogging(true)),
            (
                "{\"setKeyState\":{\"id\":\"4fT0aQzX\",\"state\":\"revoked\"}}",
                .setKeyState(id, .revoked)
            ),
            (
                "{\"rotateKey\":{\"id\":\"4fT0aQzX\",\"retires\":\"\(moment)\",\"secret\":"
                    + "{\"created\":\"\(moment)\",\"digest\":\"\(digest)\"}}}",
                .rotateKey(id, secret: secret, retires: moment)
            ),
            (
                "{\"addKey\":{\"access\":{\"methods\":{\"allow\":[],\"deny\":[]},\"networks\":[],"
                    + "\"tools\":{\"allow\":[],\"deny\":[]}},"
                    + "\"created\":\"\(moment)\",\"id\":\"4fT0aQzX\",\"name\":\"ci\","
                    + "\"scheme\":\"api_key\",\"secrets\":[{\"created\":\"\(moment)\",\"digest\":\"\(digest)\"}],"
                    + "\"state\":\"enabled\"}}",
                .addKey(record)
            ),
        ]
    }()

    @Test(arguments: edits)
    func `is written as one tagged object`(text: String, edit: PolicyEdit) throws {
        let bytes = try AdminJSON.encode(WiredEdit(edit))
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(arguments: edits)
    func `is read from that object`(text: String, edit: PolicyEdit) throws {
        let read = try AdminJSON.decodeRequest(WiredEdit.self, from: Array(text.utf8))
        #expect(read.edit == edit)
    }

    @Test func `limits of an older console keep the defaults of what it does not know`() throws {
        let text =
            "{\"setLimits\":{\"blockSeconds\":1,\"bodyBytesMax\":1,\"isRateLimitEnabled\":true,"
            + "\"perAddress\":{\"burst\":1,\"requestsPerMinute\":1},"
            + "\"perKey\":{\"burst\":1,\"requestsPerMinute\":1}}}"
        let rule = RateRule(requestsPerMinute: 1, burst: 1)
        let limits = LimitRules(
            perAddress: rule,
            perKey: rule,
            blockSeconds: 1,
            bodyBytesMax: 1
        )
        let read = try AdminJSON.decodeRequest(WiredEdit.self, from: Array(text.utf8))
        #expect(read.edit == .setLimits(limits))
    }

    @Test func `a whole policy survives the way there and back`() throws {
        let edit = PolicyEdit.replace(PolicyDocument())
        let bytes = try AdminJSON.encode(WiredEdit(edit))
        #expect(try AdminJSON.decodeRequest(WiredEdit.self, from: Array(bytes)).edit == edit)
    }

    static let hostileEdits: [(name: String, text: String, path: String)] = [
        ("no edit", "{}", ""),
        ("an unknown edit", "{\"dropTable\":true}", ""),
        ("two edits", "{\"setDebugLogging\":true,\"setAuthenticationRequired\":false}", ""),
        (
            "an unknown list", "{\"removeEntry\":{\"list\":\"graylist\",\"prefix\":\"::/0\"}}",
            "removeEntry.list"
        ),
        (
            "host bits", "{\"removeEntry\":{\"list\":\"allowlist\",\"prefix\":\"10.0.0.5/8\"}}",
            "removeEntry.prefix"
        ),
        (
            "an unknown member deep inside",
            "{\"addEntry\":{\"list\":\"allowlist\",\"entry\":{\"prefix\":\"::/0\",\"ttl\":1}}}",
            "addEntry.entry"
        ),
        ("a text for a flag", "{\"setDebugLogging\":\"true\"}", "setDebugLogging"),
        ("a number for a flag", "{\"setDebugLogging\":1}", "setDebugLogging"),
        (
            "a fraction for a count",
            "{\"setLimits\":{\"blockSeconds\":1.0,\"bodyBytesMax\":1,\"isRateLimitEnabled\":true,"
                + "\"perAddress\":{\"burst\":1,\"requestsPerMinute\":1},"
                + "\"perKey\":{\"burst\":1,\"requestsPerMinute\":1}}}",
            "setLimits.blockSeconds"
        ),
        (
            "a missing count",
            "{\"setLimits\":{\"blockSeconds\":1,\"bodyBytesMax\":1,\"isRateLimitEnabled\":true,"
                + "\"perAddress\":{\"requestsPerMinute\":1},"
                + "\"perKey\":{\"burst\":1,\"requestsPerMinute\":1}}}",
            "setLimits.perAddress.burst"
        ),
        (
            "a digest of one digit",
            "{\"rotateKey\":{\"id\":\"4fT0aQzX\",\"retires\":\"2026-11-22T10:30:00Z\","
                + "\"secret\":{\"created\":\"2026-11-22T10:30:00Z\",\"digest\":\"0\"}}}",
            "rotateKey.secret.digest"
        ),
    ]

    @Test(arguments: hostileEdits)
    func `is refused at its path`(name: String, text: String, path: String) throws {
        let error = try #require(throws: AdminError.self) {
            try AdminJSON.decodeRequest(WiredEdit.self, from: Array(text.utf8))
        }
        #expect(error.code == .invalidRequest)
        #expect(error.problems.map(\.path) == [path])
    }
}
