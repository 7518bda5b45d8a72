import NIOPosix

/// Many clients behind one trusted proxy, each with an address of its own, who call until their
/// allowance is spent and once more.
///
/// Every address calls before any calls again, so a gate that forgets one in between is found out.
package struct AddressSweep: Sendable {
    /// What the sweep saw.
    package struct Result: Equatable, Sendable, Codable {
        package var addresses: Int
        package var requests: Int
        package var seconds: Double
        /// Addresses that were let in more or less often than their limit.
        package var inexactAddresses: Int
        /// Answers that were neither 200 nor 429, and calls without an answer.
        package var failures: Int
    }

    package var port: Int
    /// At most 16,777,216: they are taken from 10.0.0.0/8.
    package var addresses: Int
    /// How many calls of one address the gate is to let in, 1…255.
    package var limit: Int
    package var connections: Int

    package init(port: Int, addresses: Int, limit: Int, connections: Int) {
        self.port = port
        self.addresses = addresses
        self.limit = limit
        self.connections = connections
    }

    /// - Throws: `RehearsalError` when the gate cannot be reached.
    package func run() async throws -> Result {
        let start = ContinuousClock.now
        var result = try await withThrowingTaskGroup(of: Result.self) { group in
            for first in 0..<min(connections, addresses) {
                group.addTask {
                    try await sweep(stride(from: first, to: addresses, by: connections))
                }
            }
            return try await group.reduce(into: Result.nothing) { $0.add($1) }
        }
        result.seconds = start.duration(to: .now) / .seconds(1)
        return result
    }

    private func sweep(_ numbers: StrideTo<Int>) async throws -> Result {
        var result = Result.nothing
        var admitted: [Int: Int] = [:]
        var connection = try await open()
        for _ in 0...limit {
            for number in numbers {
                if !connection.isOpen { connection = try await open() }
                result.requests += 1
                switch try? await connection.exchange(call(from: number)) {
                case 200: admitted[number, default: 0] += 1
                case 429: break
                default: result.failures += 1
                }
            }
        }
        await connection.close()
        for number in numbers {
            result.addresses += 1
            if admitted[number] != limit { result.inexactAddresses += 1 }
        }
        return result
    }

    private func open() async throws -> LoopbackConnection {
        try await LoopbackConnection.open(
            from: "127.0.0.1",
            toPort: port,
            on: MultiThreadedEventLoopGroup.singleton
        )
    }

    private func call(from number: Int) -> [UInt8] {
        let address = "10.\(number >> 16 & 0xFF).\(number >> 8 & 0xFF).\(number & 0xFF)"
        return RequestText.modernCall(
            tool: "get_server_time",
            fields: ["X-Forwarded-For: \(address)"],
            port: port,
            key: nil
        )
    }
}

extension AddressSweep.Result {
    fileprivate static let nothing = Self(
        addresses: 0,
        requests: 0,
        seconds: 0,
        inexactAddresses: 0,
        failures: 0
    )

    fileprivate mutating func add(_ other: Self) {
        addresses += other.addresses
        requests += other.requests
        inexactAddresses += other.inexactAddresses
        failures += other.failures
    }
}
