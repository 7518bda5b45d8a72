import NIOPosix

/// Clients that call once and then keep their connections without a word.
package struct IdleCrowd: Sendable {
    /// What they cost the gate while all of them are silent.
    package struct Result: Equatable, Sendable, Codable {
        package var connections: Int
        /// Connections that were refused, were not answered with 200, or did not last.
        package var failures: Int
        package var residentBytesBefore: Int
        package var residentBytes: Int
    }

    /// Below the number of connections that one address may have by default.
    private static let connectionsPerAddress = 200
    private static let openersCount = 32

    package var port: Int
    package var key: String
    /// At most 50,000.
    package var connections: Int
    /// How long they have been silent when the process is looked at.
    package var silence: Duration

    package init(
        port: Int,
        key: String,
        connections: Int,
        silence: Duration = .seconds(2)
    ) {
        self.port = port
        self.key = key
        self.connections = connections
        self.silence = silence
    }

    /// - Throws: `RehearsalError` when the process is not there.
    package func burden(onProcess processID: Int32) async throws -> Result {
        let before = try account(processID)
        let crowd = await gather()
        // What was needed for the calls only is given back meanwhile.
        try await Task.sleep(for: silence)
        let after = try account(processID)
        let lasting = crowd.count { $0.isOpen }
        for connection in crowd { await connection.close() }
        return Result(
            connections: lasting,
            failures: connections - lasting,
            residentBytesBefore: before.residentBytes,
            residentBytes: after.residentBytes
        )
    }

    private func account(_ processID: Int32) throws -> ProcessAccount {
        guard let account = ProcessAccount(processID: processID) else {
            throw RehearsalError(.peerUnavailable, "The gate ended during the measurement.")
        }
        return account
    }

    private func gather() async -> [LoopbackConnection] {
        await withTaskGroup(of: [LoopbackConnection].self) { group in
            for first in 0..<Self.openersCount {
                group.addTask {
                    var mine: [LoopbackConnection] = []
                    for number in stride(from: first, to: connections, by: Self.openersCount) {
                        if let connection = await greet(number) { mine.append(connection) }
                    }
                    return mine
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// - Returns: Nil when the connection was not answered as it should be.
    private func greet(_ number: Int) async -> LoopbackConnection? {
        let connection = try? await LoopbackConnection.open(
            from: "127.0.1.\(1 + number / Self.connectionsPerAddress)",
            toPort: port,
            on: MultiThreadedEventLoopGroup.singleton
        )
        let call = RequestText.modernCall(tool: "get_server_time", port: port, key: key)
        guard let connection, (try? await connection.exchange(call)) == 200 else { return nil }
        return connection
    }
}
