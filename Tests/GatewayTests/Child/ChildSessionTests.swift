import Foundation
import Policy
import Testing

@testable import Gateway

/// Sessions of the legacy era with servers that the gate has started.
@Suite(.timeLimit(.minutes(1))) struct ChildSessionTests {
    @Test func `a session gets an id that nobody can guess and a child of its own`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let client = try gateway.client()
            let one = try Sessions.open(client)
            let other = try Sessions.open(client)
            #expect(one != other)
            for id in [one, other] {
                #expect(id.count == 32 && id.allSatisfy(\.isHexDigit))
            }
            let processes = try [one, other, one].map {
                try client.exchange(Sessions.post(session: $0)).processID
            }
            #expect(processes[0] != nil && processes[0] == processes[2])
            #expect(processes[0] != processes[1])
        }
    }

    @Test(
        arguments: [
            ("no session", nil, 400), ("an invented one", "0123456789abcdef0123456789abcdef", 404),
            ("an empty one", "", 404),
        ] as [(String, String?, Int)]
    )
    func `a call in a session that is not there is refused`(
        name: String,
        session: String?,
        status: Int
    ) async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let response = try gateway.client().exchange(Sessions.post(session: session))
            #expect(response.status == status, "\(name)")
            #expect(response.body.contains("session_unknown"))
        }
    }

    @Test func `to another principal a session does not exist`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let client = try gateway.client()
            let id = try Sessions.open(client)
            let thief = try gateway.client()
            for attempt in [
                Sessions.post(session: id, key: Sessions.otherKey),
                Sessions.get(session: id, key: Sessions.otherKey),
                Sessions.delete(session: id, key: Sessions.otherKey),
            ] {
                #expect(try thief.exchange(attempt).status == 404)
            }
            #expect(try client.exchange(Sessions.post(session: id)).status == 200)
        }
    }

    @Test func `a deleted session is gone, and its child with it`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let client = try gateway.client()
            let id = try Sessions.open(client)
            let response = try client.exchange(Sessions.post(session: id))
            let processID = try #require(response.processID)
            #expect(try client.exchange(Sessions.delete(session: id)).status == 204)
            #expect(try client.exchange(Sessions.post(session: id)).status == 404)
            try await expectGone(processID)
        }
    }

    @Test func `a child that refuses to open leaves no session`() async throws {
        let script = """
            for line in sys.stdin:
                send(id=json.loads(line)["id"], error={"code": -32600, "message": "no"})
            """
        try await withChild(ScriptedChild.raw(script)) { gateway in
            let response = try gateway.client().exchange(
                Sessions.post(Sessions.initialize, session: nil)
            )
            #expect(response.status == 200)
            #expect(response["mcp-session-id"] == nil)
        }
    }

    @Test func `what the child asks during a call goes out with its answer and comes back to it`()
        async throws
    {
        let script = """
            global call
            if "method" in m:
                call = m
                send(id="q1", method="elicitation/create", params={"message": "who?"})
            else:
                answer(call, heard=m["id"], said=m["result"]["name"])
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let client = try gateway.client()
            let id = try Sessions.open(client)
            client.send(Sessions.post(session: id))
            #expect(try client.readHead()["content-type"] == "text/event-stream")
            #expect(try client.readChunk().contains("who?"))
            let answer = #"{"jsonrpc":"2.0","id":"q1","result":{"name":"ann"}}"#
            let other = try gateway.client()
            let stolen = try other.exchange(
                Sessions.post(answer, session: id, key: Sessions.otherKey)
            )
            #expect(stolen.status == 404)
            #expect(try other.exchange(Sessions.post(answer, session: id)).status == 202)
            let final = try client.readChunk()
            #expect(final.contains(#""heard": "q1""#) && final.contains("ann"))
        }
    }

    @Test func `what the child says between calls goes to the session's stream`() async throws {
        let script = """
            answer(m)
            time.sleep(0.05)
            send(method="notifications/tools/list_changed")
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let client = try gateway.client()
            let id = try Sessions.open(client)
            let listener = try gateway.client()
            listener.send(Sessions.get(session: id))
            #expect(try listener.readHead()["content-type"] == "text/event-stream")
            #expect(try client.exchange(Sessions.post(session: id)).status == 200)
            #expect(try listener.readChunk().contains("list_changed"))
            let second = try client.exchange(Sessions.get(session: id))
            #expect(second.status == 409)
            #expect(second.body.contains("stream_conflict"))
        }
    }

    @Test func `what is said while nobody listens waits for the stream`() async throws {
        let script = """
            answer(m)
            send(method="notifications/tools/list_changed")
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let client = try gateway.client()
            let id = try Sessions.open(client)
            #expect(try client.exchange(Sessions.post(session: id)).status == 200)
            client.send(Sessions.get(session: id))
            _ = try client.readHead()
            #expect(try client.readChunk().contains("list_changed"))
        }
    }

    @Test func `a cancellation names the call as the child knows it`() async throws {
        let script = """
            global call
            if m["method"] == "notifications/cancelled":
                answer(call, same=m["params"]["requestId"] == call["id"])
            else:
                call = m
                send(method="notifications/message", params={"level": "info", "data": "on it"})
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let client = try gateway.client()
            let id = try Sessions.open(client)
            client.send(Sessions.post(session: id))
            _ = try client.readHead()
            #expect(try client.readChunk().contains("on it"))
            let cancellation =
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#
            let other = try gateway.client()
            #expect(try other.exchange(Sessions.post(cancellation, session: id)).status == 202)
            #expect(try client.readChunk().contains("true"))
        }
    }

    @Test func `beyond the bound the session that was silent longest makes room`() async throws {
        try await withChild(ScriptedChild.rule(ScriptedChild.echo)) { gateway in
            let client = try gateway.client()
            var ids: [String] = []
            for _ in 0..<Children.childrenOfPrincipalMax { ids.append(try Sessions.open(client)) }
            #expect(try client.exchange(Sessions.post(session: ids[0])).status == 200)
            let latest = try Sessions.open(client)
            #expect(try client.exchange(Sessions.post(session: ids[0])).status == 200)
            #expect(try client.exchange(Sessions.post(session: ids[1])).status == 404)
            #expect(try client.exchange(Sessions.post(session: latest)).status == 200)
        }
    }

    @Test func `sessions of a shared child have one process and one opening`() async throws {
        let script = """
            opened = 0
            for line in sys.stdin:
                m = json.loads(line)
                if m["method"] == "initialize":
                    opened += 1
                    welcome(m)
                elif "id" in m:
                    answer(m, pid=os.getpid(), opened=opened)
            """
        try await withChild(ScriptedChild.raw(script, isShared: true)) { gateway in
            let client = try gateway.client()
            let one = try Sessions.open(client)
            let other = try Sessions.open(client, key: Sessions.otherKey)
            #expect(one != other)
            let first = try client.exchange(Sessions.post(session: one))
            let second = try client.exchange(Sessions.post(session: other, key: Sessions.otherKey))
            #expect(first.processID != nil && first.processID == second.processID)
            #expect(second.body.contains(#""opened": 1"#))
            let crossed = try client.exchange(Sessions.post(session: one, key: Sessions.otherKey))
            #expect(crossed.status == 404)
        }
    }
}

/// Waits for a fact about another process, which no clock of ours can bring about.
func expectGone(_ processID: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(8))
    while ContinuousClock.now < end, ScriptedChild.isRunning(processID) {
        try await Task.sleep(for: .milliseconds(20))
    }
    #expect(!ScriptedChild.isRunning(processID), sourceLocation: sourceLocation)
}
