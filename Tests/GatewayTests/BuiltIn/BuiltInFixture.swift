import MCP
import Policy
import Synchronization
import Telemetry
import Testing

@testable import Gateway

/// A built-in server on a telemetry hub, spoken to as the gate would.
final class BuiltInFixture {
    static let start = Timestamp(millisecondsSince1970: 1_790_000_000_250)

    let ledger = UsageLedger()
    let hub: TelemetryHub
    let server: BuiltInServer
    var now = start
    var monotonic = MonotonicTime(nanoseconds: 1_000_000_000)

    /// Session ids are 1, 2, 3… in hexadecimal.
    init() {
        hub = TelemetryHub(ledger: ledger, started: now, at: monotonic)
        let counter = RandomCounter()
        server = BuiltInServer(telemetry: hub, name: "gatehouse", version: "1.2.3") {
            counter.next()
        }
    }

    static let firstSession = "00000000000000010000000000000002"

    func wait(seconds: Int64) {
        now = now.advanced(bySeconds: seconds)
        monotonic = monotonic.advanced(bySeconds: seconds)
    }

    func tick() {
        wait(seconds: 1)
        hub.tick(at: now, monotonic: monotonic)
    }

    func post(
        _ text: String,
        era: WireEra = .legacy,
        session: String? = nil,
        version: ProtocolVersion? = nil,
        principal: String = "key-one"
    ) throws -> BuiltInAnswer {
        let body = Array(text.utf8)
        let envelope = try EnvelopeScanner.scan(body.span.bytes).get()
        let call = BuiltInCall(
            envelope: envelope,
            era: era,
            sessionID: session,
            protocolVersion: version,
            principal: principal,
            now: now,
            monotonic: monotonic
        )
        return server.answer(call, body: body.span.bytes)
    }

    /// Opens a legacy session and returns its id.
    func open(version: String = "2025-11-25", principal: String = "key-one") throws -> String {
        let answer = try post(Messages.initialize(version), principal: principal)
        return try #require(answer.newSession)
    }

    /// Calls a tool in the modern era and returns the result.
    func call(_ tool: String, _ arguments: String = "{}") throws -> JSONValue {
        let answer = try post(Messages.modernCall(tool, arguments), era: .modern)
        return try answer.result
    }
}

/// A generator that counts instead.
final class RandomCounter: Sendable {
    private let last = Mutex<UInt64>(0)

    func next() -> UInt64 {
        last.withLock { last in
            last += 1
            return last
        }
    }
}

/// Messages as clients send them.
enum Messages {
    static let meta = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientCapabilities":{}}
        """

    static func initialize(_ version: String) -> String {
        """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\(version)",\
        "capabilities":{},"clientInfo":{"name":"c","version":"1"}}}
        """
    }

    static func modern(_ method: String, id: String = "1") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(meta)}}"#
    }

    static func modernCall(_ tool: String, _ arguments: String) -> String {
        """
        {"jsonrpc":"2.0","id":2,"method":"tools/call",\
        "params":{"name":"\(tool)","arguments":\(arguments),\(meta)}}
        """
    }
}

extension BuiltInAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSONValue {
        get throws { try JSONValue.parse(body) }
    }

    var result: JSONValue {
        get throws { try #require(try json["result"]) }
    }

    var errorCode: JSONValue? {
        get throws { try json["error"]?["code"] }
    }
}
