import Foundation
import Policy
import Testing

@testable import Gateway

/// Servers that misbehave, each in a way of its own.
@Suite(.timeLimit(.minutes(2))) struct HostileChildTests {
    static let talkers: [(name: String, script: String)] = [
        ("garbage lines", #"print("Loading…\n\n{]\n[1]\nnull", flush=True)"#),
        ("bytes that are no text", #"os.write(1, b"\xff\xfe\x00\n")"#),
        ("a response to a question nobody asked", #"send(id=4711, result={})"#),
        ("a response with the id as text", #"send(id=str(m["id"]), result={"forged": True})"#),
        (
            "a response with the id as a fraction",
            #"print('{"jsonrpc":"2.0","id":1.0,"result":{}}', flush=True)"#
        ),
        (
            "a response with two ids",
            #"print('{"jsonrpc":"2.0","id":1,"id":1,"result":{}}', flush=True)"#
        ),
        (
            "a question, which this era does not know",
            #"send(id=1, method="sampling/createMessage")"#
        ),
        ("a batch", #"print('[{"jsonrpc":"2.0","id":1,"result":{}}]', flush=True)"#),
        ("an abyss of brackets", #"print("[" * 100000, flush=True)"#),
        ("a flood on standard error", #"os.write(2, b"x" * 60000 + b"\n\x1b[2J" * 60000)"#),
        ("a closed standard error", #"os.close(2)"#),
        ("carriage returns", #"os.write(1, b"\r\n\r\r\n")"#),
    ]

    @Test(arguments: talkers)
    func `still gets its honest answer through after`(name: String, script: String) async throws {
        try await withChild(ScriptedChild.rule(script + "\nanswer(m, honest=True)")) { gateway in
            let response = try gateway.client().exchange(Requests.modernPost())
            #expect(response.status == 200, "\(name)")
            #expect(response["content-type"] == "application/json", "\(name)")
            #expect(response.body.contains("honest"), "\(name)")
        }
    }

    @Test func `an endless line ends the child and fails the call`() async throws {
        let script = """
            while True:
                os.write(1, b"x" * 65536)
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let response = try gateway.client().exchange(Requests.modernPost())
            #expect(response.status == 502)
            #expect(response.body.contains("upstream_unreachable"))
        }
    }

    @Test func `a silent child is a 504, and is told to stop`() async throws {
        let script = """
            if m["method"] == "notifications/cancelled":
                globals()["told"] = True
            elif "told" in globals():
                answer(m, told=True)
            """
        let settings = GatewaySettings.testing { $0.times.responseHead = .milliseconds(700) }
        try await withChild(ScriptedChild.rule(script), settings: settings) { gateway in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.modernPost()).status == 504)
            #expect(try client.exchange(Requests.modernPost()).body.contains("told"))
        }
    }

    @Test func `a child that dies is replaced, one that keeps dying is left alone for a while`()
        async throws
    {
        try await withChild(ScriptedChild.rule("os._exit(3)")) { gateway in
            let client = try gateway.client()
            for _ in 0..<2 {
                let response = try client.exchange(Requests.modernPost())
                #expect(response.status == 502)
            }
            let refused = try client.exchange(Requests.modernPost())
            #expect(refused.status == 503)
            #expect(refused.body.contains("upstream_suspended"))
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
            // Another principal's child is another's.
            let other = try client.exchange(
                Requests.post(
                    Requests.modernToolCall,
                    key: Sessions.otherKey,
                    fields: Requests.modernFields
                )
            )
            #expect(other.status == 502)
        }
    }

    @Test func `a child that dies within its answer breaks the stream off`() async throws {
        let script = """
            send(method="notifications/message", params={"level": "info", "data": "bye"})
            os._exit(0)
            """
        try await withChild(ScriptedChild.rule(script)) { gateway in
            let client = try gateway.client()
            client.send(Requests.modernPost())
            #expect(try client.readHead().status == 200)
            #expect(try client.readChunk().contains("bye"))
            #expect(throws: RawClient.Failure.self) { try client.readChunk() }
        }
    }

    @Test func `a last word before the end is still heard`() async throws {
        try await withChild(ScriptedChild.rule("answer(m, last=True)\nos._exit(0)")) { gateway in
            let response = try gateway.client().exchange(Requests.modernPost())
            #expect(response.status == 200)
            #expect(response.body.contains("last"))
        }
    }

    @Test func `a command that does not exist is a 502`() async throws {
        let rule = UpstreamRule(command: ["/nonexistent/mcp-server"])
        try await withChild(rule) { gateway in
            let response = try gateway.client().exchange(Requests.modernPost())
            #expect(response.status == 502)
        }
    }

    @Test(arguments: [
        ("ignores its closed input", "for _ in range(6000): time.sleep(0.01)"),
        (
            "ignores SIGTERM",
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nfor _ in range(6000): time.sleep(0.01)"
        ),
    ])
    func `a child that stays is made to go`(name: String, script: String) async throws {
        var processID = 0
        let started = ContinuousClock.now
        let handler = "answer(m, pid=os.getpid())\n\(script)"
        try await withChild(ScriptedChild.rule(handler)) { gateway in
            processID = try gateway.client().exchange(Requests.modernPost()).processID ?? 0
        }
        #expect(processID > 0)
        #expect(!ScriptedChild.isRunning(processID), "\(name)")
        #expect(ContinuousClock.now - started < .seconds(10), "\(name)")
    }

    @Test func `what a child has started goes with it`() async throws {
        let script = """
            other = subprocess.Popen(["sleep", "60"])
            answer(m, pid=other.pid)
            """
        var processID = 0
        try await withChild(ScriptedChild.rule(script)) { gateway in
            processID = try gateway.client().exchange(Requests.modernPost()).processID ?? 0
            #expect(ScriptedChild.isRunning(processID))
        }
        try await expectGone(processID)
    }

    @Test func `a child that reads nothing fills no memory`() async throws {
        let script = """
            for line in sys.stdin:
                time.sleep(60)
            """
        let settings = GatewaySettings.testing { $0.times.responseHead = .seconds(4) }
        try await withChild(ScriptedChild.raw(script, isShared: true), settings: settings) {
            gateway in
            let filler = String(repeating: "x", count: 900_000)
            let body = Requests.modernToolCall.replacingOccurrences(
                of: #""arguments":{}"#,
                with: #""arguments":{"text":"\#(filler)"}"#
            )
            let clients = try (0..<12).map { _ in try gateway.client() }
            for client in clients {
                client.send(Requests.post(body, fields: Requests.modernFields))
            }
            // Which of them comes last is up to the machine.
            let answers = try clients.map { try $0.readResponse() }
            #expect(Set(answers.map(\.status)) == [503, 504])
            for answer in answers where answer.status == 503 {
                #expect(answer.body.contains("upstream_overloaded"))
            }
        }
    }
}
