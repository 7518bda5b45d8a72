import NIOPosix

/// Drives every visitor against a gate until it is cancelled.
package struct Performance: Sendable {
    private static let tools = [
        "get_server_time", "get_request_rates", "list_security_events", "list_blocked_addresses",
    ]

    package var visitors: [Visitor]
    package var port: Int
    /// Honest visitors take these in turn; at least one.
    package var keys: [String]

    package init(visitors: [Visitor], port: Int, keys: [String]) {
        self.visitors = visitors
        self.port = port
        self.keys = keys
    }

    /// Returns once cancelled; a connection that ends is opened anew after the visitor's pause.
    package func run() async {
        await withTaskGroup { group in
            for (index, visitor) in visitors.enumerated() {
                group.addTask {
                    var seed = UInt64(index) &+ 1
                    await perform(visitor, number: index, seed: &seed)
                }
            }
        }
    }

    private func perform(_ visitor: Visitor, number: Int, seed: inout UInt64) async {
        var connection: LoopbackConnection?
        var turn = number
        while !Task.isCancelled {
            if connection?.isOpen != true {
                connection = try? await LoopbackConnection.open(
                    from: visitor.sourceAddress,
                    toPort: port,
                    on: MultiThreadedEventLoopGroup.singleton
                )
            }
            // A refusal is what most visitors come for; an ended connection is opened anew.
            _ = try? await connection?.exchange(request(of: visitor, number: number, turn: turn))
            turn += 1
            try? await Task.sleep(for: pause(of: visitor, seed: &seed))
        }
        await connection?.close()
    }

    private func pause(of visitor: Visitor, seed: inout UInt64) -> Duration {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let unit = Double(seed >> 11) / Double(UInt64(1) << 53)
        return visitor.pause * (1 + visitor.jitter * (2 * unit - 1))
    }

    private func request(of visitor: Visitor, number: Int, turn: Int) -> [UInt8] {
        let tool = Self.tools[turn % Self.tools.count]
        let key = keys[number % keys.count]
        switch visitor.behaviour {
        case .honest:
            return RequestText.modernCall(tool: tool, port: port, key: key)
        case .keyless, .flooding:
            return RequestText.modernCall(tool: tool, port: port, key: nil)
        case .guessing:
            return RequestText.modernCall(tool: tool, port: port, key: "guess-number-\(turn)")
        case .foreignOrigin:
            let fields = ["Origin: https://evil.example"]
            return RequestText.post("{}", fields: fields, port: port, key: key)
        case .malformed:
            let fields = ["Content-Length : 3", "Transfer-Encoding: chunked"]
            return RequestText.post("{}", fields: fields, port: port, key: key)
        case .oversized:
            let head = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nX-API-Key: \(key)\r\n"
            let fields = "Content-Type: application/json\r\nAccept: */*\r\n"
            return Array((head + fields + "Content-Length: 1073741824\r\n\r\n").utf8)
        }
    }
}
