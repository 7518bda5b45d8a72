import Foundation
import Policy
import Testing

@testable import Gateway

/// Calls of the stateless era to a server that the gate has started.
@Suite(.timeLimit(.minutes(1))) struct ChildCallTests {
    private static func modern(_ id: String, progressToken: String? = nil) -> String {
        let token = progressToken.map { #","progressToken":\#($0)"# } ?? ""
        let body =
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"echo","#
            + #""arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}\#(token)}}}"#
        return Requests.post(body, fields: Requests.modernFields)
    }

    @Test(arguments: [#""m1""#, #""\u0041\"b""#, "0", "-7", "9007199254740993", #""1""#])
    func `a client gets its own id back byte for byte`(id: String) async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let response = try gateway.client().exchange(Self.modern(id))
            #expect(response.status == 200)
            #expect(response["content-type"] == "application/json")
            #expect(response.body.contains(#""id": \#(id),"#))
        }
    }

    @Test func `clients that chose the same id get their own answers, in any order`() async throws {
        let script = """
            global held
            if m["params"]["name"] == "first":
                held = m
            else:
                answer(m, was="second")
                answer(held, was="first")
            """
        try await withChild(ScriptedChild.rule(script, isShared: true)) { gateway in
            let (one, other) = (try gateway.client(), try gateway.client())
            one.send(Self.named("first", id: "7"))
            // The second answer shows that the child has both.
            let second = try other.exchange(Self.named("second", id: "7"))
            let first = try one.readResponse()
            #expect(second.body.contains("second") && second.body.contains(#""id": 7"#))
            #expect(first.body.contains("first") && first.body.contains(#""id": 7"#))
        }
    }

    private static func named(_ name: String, id: String) -> String {
        let body =
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(name)","#
            + #""arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
        let fields = [
            "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: \(name)",
        ]
        return Requests.post(body, fields: fields)
    }

    @Test func `progress turns the answer into a stream and keeps the client's token`() async throws
    {
        let script = """
            token = m["params"]["_meta"]["progressToken"]
            send(method="notifications/progress", params={"progressToken": token, "progress": 1})
            answer(m, token=token)
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let response = try gateway.client().exchange(
                Self.modern(#""m""#, progressToken: #""tok-é""#)
            )
            #expect(response["content-type"] == "text/event-stream")
            let events = response.body.components(separatedBy: "\n\n").filter { !$0.isEmpty }
            #expect(events.count == 2)
            #expect(events[0].contains(#""progressToken": "tok-é""#))
            #expect(events[1].contains(#""id": "m""#))
        }
    }

    @Test func `progress with a token of another's call reaches nobody`() async throws {
        let script = """
            for token in ["tok", 0, 999, "1", None, 1.0]:
                send(method="notifications/progress", params={"progressToken": token, "progress": 1})
            answer(m)
            """
        try await withChild(ScriptedChild.rule(script, isShared: true)) { gateway in
            let response = try gateway.client().exchange(
                Self.modern(#""m""#, progressToken: #""tok""#)
            )
            #expect(response["content-type"] == "application/json")
        }
    }

    @Test func `a message over several lines reaches the child as one`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let spread = Requests.modernToolCall.replacingOccurrences(of: #","#, with: ",\r\n ")
            let response = try gateway.client().exchange(
                Requests.post(spread, fields: Requests.modernFields)
            )
            #expect(response.status == 200)
        }
    }

    @Test func `one principal's calls share a child, another's do not`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let client = try gateway.client()
            let first = try client.exchange(Requests.modernPost()).processID
            let second = try gateway.client().exchange(Requests.modernPost()).processID
            let stranger = try client.exchange(
                Requests.post(
                    Requests.modernToolCall,
                    key: Sessions.otherKey,
                    fields: Requests.modernFields
                )
            ).processID
            #expect(first != nil && first == second)
            #expect(stranger != nil && stranger != first)
        }
    }

    @Test func `all share a child that is known to keep nothing`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo, isShared: true)) { gateway in
            let client = try gateway.client()
            let one = try client.exchange(Requests.modernPost()).processID
            let other = try client.exchange(
                Requests.post(
                    Requests.modernToolCall,
                    key: Sessions.otherKey,
                    fields: Requests.modernFields
                )
            ).processID
            #expect(one != nil && one == other)
        }
    }

    @Test(arguments: [
        (-32_601, 404), (-32_602, 400), (-32_020, 400), (-32_603, 200), (7, 200),
    ])
    func `an error of the child's gets the status of its code`(code: Int, status: Int) async throws
    {
        let script = #"send(id=m["id"], error={"code": \#(code), "message": "no"})"#
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let response = try gateway.client().exchange(Requests.modernPost())
            #expect(response.status == status)
        }
    }

    @Test func `a client that leaves cancels its call`() async throws {
        let script = """
            global first, told, waiting
            if m["method"] == "notifications/cancelled":
                told = m["params"]["requestId"] == first
            elif "first" not in globals():
                first = m["id"]
                token = m["params"]["_meta"]["progressToken"]
                send(method="notifications/progress", params={"progressToken": token, "progress": 1})
            else:
                waiting = m
            if "told" in globals() and "waiting" in globals():
                answer(waiting, cancelled=told)
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let leaver = try gateway.client()
            leaver.send(Self.modern("1", progressToken: "1"))
            _ = try leaver.readHead()
            let waiter = try gateway.client()
            waiter.send(Self.modern("2"))
            leaver.close()
            #expect(try waiter.readResponse().body.contains("true"))
        }
    }

    @Test func `the child sees a clean environment, three descriptors and a group of its own`()
        async throws
    {
        let script = """
            names = sorted(n for n in os.environ if n != "LC_CTYPE")
            fds = sorted(int(f) for f in os.listdir("/proc/self/fd"))
            answer(m, names=names, fds=len([f for f in fds if os.path.exists(f"/proc/self/fd/{f}")]),
                   leads=os.getpgid(0) == os.getpid(), token=os.environ.get("TOKEN"))
            """
        var rule = ScriptedChild.rule(script)
        let path = "/tmp/gatehouse-child-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "s3cret\n".write(toFile: path, atomically: true, encoding: .utf8)
        rule.credential = UpstreamCredential(field: "TOKEN", prefix: "", source: "file:\(path)")
        try await withChild(rule) { gateway in
            let body = try gateway.client().exchange(Requests.modernPost()).body
            let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
            let result = object?["result"] as? [String: Any]
            let names = Set(result?["names"] as? [String] ?? [])
            #expect(names.isSubset(of: ["PATH", "HOME", "LANG", "TOKEN"]))
            #expect(names.contains("PATH"))
            #expect(result?["fds"] as? Int == 3)
            #expect(result?["leads"] as? Bool == true)
            #expect(result?["token"] as? String == "s3cret")
        }
    }

    @Test func `a change of the command leaves running calls to the old child`() async throws {
        let slow = """
            token = m["params"]["_meta"]["progressToken"]
            send(method="notifications/progress", params={"progressToken": token, "progress": 1})
            time.sleep(0.5)
            answer(m, was="old")
            """
        try await withChild(ScriptedChild.rule(slow)) { gateway in
            let old = try gateway.client()
            old.send(Self.modern("1", progressToken: "1"))
            _ = try old.readHead()
            let document = TestGateway.document {
                $0.upstream = ScriptedChild.rule(#"answer(m, was="new")"#)
            }
            await gateway.activate(document, number: 2)
            let new = try gateway.client().exchange(Self.modern("1"))
            #expect(new.body.contains("new"))
            _ = try old.readChunk()
            #expect(try old.readChunk().contains("old"))
        }
    }
}
