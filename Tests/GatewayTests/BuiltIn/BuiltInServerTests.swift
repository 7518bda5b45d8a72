import MCP
import Policy
import Testing

@testable import Gateway

struct BuiltInLegacyTests {
    private let gate = BuiltInFixture()

    @Test func `initialize opens a session`() throws {
        let answer = try gate.post(Messages.initialize("2025-11-25"))
        #expect(answer.status == 200)
        #expect(answer.newSession == BuiltInFixture.firstSession)
        #expect(
            answer.text.hasPrefix(
                #"{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25","#
                    + #""capabilities":{"tools":{}},"#
                    + #""serverInfo":{"name":"gatehouse","version":"1.2.3"}"#
            )
        )
        #expect(try answer.result["resultType"] == nil)
    }

    @Test(arguments: [
        ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1.0", "2025-11-25"),
        ("", "2025-11-25"),
    ])
    func `agrees on the asked version or the newest legacy one`(
        asked: String,
        agreed: String
    ) throws {
        let answer = try gate.post(Messages.initialize(asked))
        #expect(try answer.result["protocolVersion"] == .string(agreed))
    }

    @Test(arguments: [
        ("absent", #"{"capabilities":{}}"#), ("a number", #"{"protocolVersion":20251125}"#),
    ])
    func `initialize without a version opens nothing`(name: String, params: String) throws {
        let answer = try gate.post(
            #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":\#(params)}"#
        )
        #expect(try answer.errorCode == .integer(-32_602))
        #expect(answer.newSession == nil)
    }

    @Test func `speaks the minimal messages of a session`() throws {
        let session = try gate.open()
        func post(_ text: String) throws -> BuiltInAnswer {
            try gate.post(text, session: session, version: .v20251125)
        }
        let initialized = try post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        #expect(initialized.status == 202)
        #expect(initialized.body.isEmpty)
        let pong = try post(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
        #expect(pong.text == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
        let list = try post(#"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}"#)
        #expect(try list.result["tools"]?.elements.count == 5)
        #expect(try list.result["ttlMs"] == nil)
        let call = try post(
            #"{"jsonrpc":"2.0","id":3,"method":"tools/call","#
                + #""params":{"name":"get_server_time","arguments":{}}}"#
        )
        #expect(
            call.text.hasPrefix(#"{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text""#)
        )
        let unknown = try post(#"{"jsonrpc":"2.0","id":4,"method":"prompts/list"}"#)
        #expect(unknown.status == 200)
        #expect(
            unknown.text
                == #"{"jsonrpc":"2.0","id":4,"error":{"code":-32601,"message":"Method not found"}}"#
        )
        let cancelled = try post(
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#
        )
        #expect(cancelled.status == 202)
        #expect(try post(#"{"jsonrpc":"2.0","id":9,"result":{}}"#).status == 202)
    }

    @Test(arguments: [
        ("a string", #""a-1""#), ("an escaped string", #""\u0041\"\\""#), ("zero", "0"),
        ("negative", "-7"), ("the largest", "9223372036854775807"),
    ])
    func `repeats the id byte for byte`(name: String, id: String) throws {
        let session = try gate.open()
        let answer = try gate.post(
            #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#,
            session: session
        )
        #expect(answer.text == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
    }

    @Test func `a method of the modern era is not known here`() throws {
        let session = try gate.open()
        let answer = try gate.post(
            #"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#,
            session: session
        )
        #expect(try answer.errorCode == .integer(-32_601))
    }

    @Test func `without a session id nothing but initialize is served`() throws {
        let answer = try gate.post(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        #expect(answer.status == 400)
        #expect(answer.denial == .sessionUnknown)
        #expect(try answer.errorCode == .integer(-32_600))
    }

    @Test(arguments: [
        ("unknown", "ffffffffffffffffffffffffffffffff"), ("empty", ""),
        ("in capitals", "0000000000000001000000000000000A"),
        ("a prefix", "0000000000000001000000000000000"),
    ])
    func `a session that does not exist is 404`(name: String, session: String) throws {
        _ = try gate.open()
        let answer = try gate.post(
            #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            session: session
        )
        #expect(answer.status == 404)
        #expect(answer.denial == .sessionUnknown)
    }

    @Test func `another principal's session looks like none`() throws {
        let session = try gate.open(principal: "key-one")
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let foreign = try gate.post(ping, session: session, principal: "key-two")
        let absent = try gate.post(ping, session: "nothing", principal: "key-two")
        #expect(foreign.status == 404)
        #expect(foreign.text == absent.text)
        #expect(try gate.post(ping, session: session, principal: "key-one").status == 200)
    }

    @Test func `a header that names another version than the agreed one is refused`() throws {
        let session = try gate.open(version: "2025-06-18")
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let other = try gate.post(ping, session: session, version: .v20251125)
        #expect(other.status == 400)
        #expect(other.denial == .headerMismatch)
        #expect(try gate.post(ping, session: session, version: .v20250618).status == 200)
        #expect(try gate.post(ping, session: session, version: nil).status == 200)
    }

    @Test func `a session ends by DELETE and by half an hour of silence`() throws {
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let session = try gate.open()
        func delete(_ id: String?, _ principal: String = "key-one") -> Int {
            gate.server.deletionAnswer(
                era: .legacy,
                sessionID: id,
                principal: principal,
                at: gate.monotonic
            ).status
        }
        #expect(delete(nil) == 400)
        #expect(delete(session, "key-two") == 404)
        #expect(delete(session) == 204)
        #expect(delete(session) == 404)
        #expect(try gate.post(ping, session: session).status == 404)
        let silent = try gate.open()
        gate.wait(seconds: 30 * 60)
        #expect(try gate.post(ping, session: silent).status == 404)
    }

    @Test func `offers no stream and says what is allowed`() {
        #expect(gate.server.streamAnswer(era: .legacy).status == 405)
        #expect(
            gate.server.streamAnswer(era: .legacy).allowedMethods?.description == "POST, DELETE"
        )
        #expect(gate.server.streamAnswer(era: .modern).allowedMethods?.description == "POST")
    }

    @Test func `ids of the system's generator differ and have 128 bits`() throws {
        let server = BuiltInServer(telemetry: gate.hub, name: "g", version: "1")
        let body = Array(Messages.initialize("2025-11-25").utf8)
        let call = BuiltInCall(
            envelope: try EnvelopeScanner.scan(body.span.bytes).get(),
            era: .legacy,
            principal: "p",
            now: gate.now,
            monotonic: gate.monotonic
        )
        let ids = (0..<50).compactMap { _ in server.answer(call, body: body.span.bytes).newSession }
        #expect(Set(ids).count == 50)
        #expect(ids.allSatisfy { $0.utf8.count == 32 })
    }
}

struct BuiltInModernTests {
    private let gate = BuiltInFixture()
    private let serverInfo = JSONValue.record([
        "io.modelcontextprotocol/serverInfo": .record([
            "name": .string("gatehouse"), "version": .string("1.2.3"),
        ])
    ])

    @Test func `discovers what it speaks`() throws {
        let answer = try gate.post(Messages.modern("server/discover", id: #""d""#), era: .modern)
        let result = try answer.result
        #expect(answer.status == 200)
        #expect(answer.newSession == nil)
        #expect(try answer.json["id"] == .string("d"))
        #expect(result["resultType"] == .string("complete"))
        #expect(result["supportedVersions"] == .array([.string("2026-07-28")]))
        #expect(result["capabilities"] == .record(["tools": .record([:])]))
        #expect(result["ttlMs"] == .integer(60_000))
        #expect(result["cacheScope"] == .string("private"))
        #expect(result["_meta"] == serverInfo)
    }

    @Test func `lists its tools for private caches only`() throws {
        let result = try gate.post(Messages.modern("tools/list"), era: .modern).result
        #expect(result["cacheScope"] == .string("private"))
        #expect(result["ttlMs"] == .integer(60_000))
        #expect(result["resultType"] == .string("complete"))
        #expect(
            result["tools"]?.elements.map { $0["name"] } == [
                .string("get_request_rates"), .string("list_blocked_addresses"),
                .string("list_auth_failures"), .string("list_security_events"),
                .string("get_server_time"),
            ]
        )
    }

    @Test func `calls a tool without a session`() throws {
        let answer = try gate.post(
            Messages.modernCall("get_server_time", "{}"),
            era: .modern,
            session: "ignored"
        )
        let result = try answer.result
        #expect(answer.status == 200)
        #expect(answer.newSession == nil)
        #expect(result["resultType"] == .string("complete"))
        #expect(result["isError"] == .bool(false))
        #expect(result["_meta"] == serverInfo)
    }

    @Test(arguments: [
        "initialize", "ping", "logging/setLevel", "resources/list", "prompts/list",
        "resources/subscribe", "subscriptions/listen", "TOOLS/LIST", "tools/list ",
    ])
    func `an unknown or legacy method is 404`(method: String) throws {
        let answer = try gate.post(Messages.modern(method), era: .modern)
        #expect(answer.status == 404)
        #expect(try answer.errorCode == .integer(-32_601))
        #expect(answer.newSession == nil)
    }

    @Test func `an unknown tool is an invalid parameter`() throws {
        for name in ["echo", "get_server_time ", "GET_SERVER_TIME", ""] {
            let answer = try gate.post(Messages.modernCall(name, "{}"), era: .modern)
            #expect(answer.status == 400)
            #expect(try answer.errorCode == .integer(-32_602))
            #expect(answer.denial == .toolUnknown)
        }
    }

    @Test(arguments: [
        ("a number", "1"), ("null", "null"), ("an array", "[]"), ("a string", #""{}""#),
    ])
    func `arguments that are no object are invalid parameters`(
        name: String,
        arguments: String
    ) throws {
        let answer = try gate.post(
            Messages.modernCall("get_server_time", arguments),
            era: .modern
        )
        #expect(try answer.errorCode == .integer(-32_602))
    }

    @Test func `a call without a name and a foreign cursor are invalid parameters`() throws {
        let nameless = try gate.post(Messages.modern("tools/call"), era: .modern)
        #expect(try nameless.errorCode == .integer(-32_602))
        let foreign = try gate.post(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list","#
                + #""params":{"cursor":"x",\#(Messages.meta)}}"#,
            era: .modern
        )
        #expect(try foreign.errorCode == .integer(-32_602))
    }

    @Test func `accepts a notification and refuses a response`() throws {
        let notification = try gate.post(
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
            era: .modern
        )
        #expect(notification.status == 202)
        #expect(notification.body.isEmpty)
        let response = try gate.post(#"{"jsonrpc":"2.0","id":1,"result":{}}"#, era: .modern)
        #expect(response.status == 400)
        #expect(try response.errorCode == .integer(-32_600))
        #expect(try response.json["id"] == nil)
    }

    @Test func `has no sessions to delete`() {
        let answer = gate.server.deletionAnswer(
            era: .modern,
            sessionID: "x",
            principal: "p",
            at: gate.monotonic
        )
        #expect(answer.status == 405)
        #expect(answer.allowedMethods?.description == "POST")
    }
}
