import Foundation
import Glibc
import Policy

@testable import Gateway

/// A client at the other ends of the gate's standard input and output.
///
/// A read that takes longer than ten seconds is a failure, not a wait.
final class StdioPeer {
    private let input: CInt
    private let output: CInt
    /// What serves this client; to cancel it is to ask the gate to end.
    let serving: Task<Void, any Error>
    private var received: [UInt8] = []
    private var isInputClosed = false

    private init(input: CInt, output: CInt, served serving: Task<Void, any Error>) {
        self.serving = serving
        self.input = input
        self.output = output
    }

    deinit {
        closeInput()
        close(output)
    }

    /// Starts a gate that serves one client, and is that client; afterwards the gate has ended by
    /// itself.
    static func with(
        _ document: PolicyDocument = TestGateway.document(),
        settings: GatewaySettings = .testing(),
        _ body: (StdioPeer, TestGateway) async throws -> Void
    ) async throws {
        var settings = settings
        settings.transport = .standardStreams
        try await TestGateway.with(document, settings: settings) { gateway in
            let (input, output) = (try makePipe(), try makePipe())
            let running = gateway.running
            let serving = Task {
                try await running.serveStandardStreams(input: input.reading, output: output.writing)
            }
            let peer = StdioPeer(input: input.writing, output: output.reading, served: serving)
            do {
                try await body(peer, gateway)
            } catch {
                serving.cancel()
                throw error
            }
            peer.closeInput()
            try await serving.value
        }
    }

    private static func makePipe() throws -> (reading: CInt, writing: CInt) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw RawClient.Failure(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    func send(_ lines: String...) {
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }

    func closeInput() {
        guard !isInputClosed else { return }
        isInputClosed = true
        close(input)
    }

    /// The next line; nil at the end.
    func line() throws -> String? {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 1)
                return line
            }
            guard try fill() else { return nil }
        }
    }

    /// The next line as an object.
    func message() throws -> [String: Any] {
        let line = try line() ?? ""
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return value as? [String: Any] ?? [:]
    }

    private func fill() throws -> Bool {
        var poller = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, 10_000) > 0 else {
            throw RawClient.Failure(description: "no line came in 10 s")
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(output, &chunk, chunk.count)
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }
}

/// Messages as one line each.
enum Lines {
    private static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
        + #""io.modelcontextprotocol/clientCapabilities":{}}"#

    static let initialize =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","#
        + #""capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
    static let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#

    static func call(_ tool: String = "get_server_time", id: String = "1") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","#
            + #""arguments":{},\#(meta)}}"#
    }

    static func list(id: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list","params":{\#(meta)}}"#
    }

    static func legacyList(id: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list"}"#
    }

    static func cancel(_ id: String) -> String {
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
    }
}
