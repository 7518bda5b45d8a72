import Admin
import NIOCore
import NIOPosix
import Rehearsal

/// Small questions to the loopback interface before a measurement.
enum LoadProbe {
    /// Returns once somebody accepts connections on `port`.
    ///
    /// - Throws: `RehearsalError.peerUnavailable` after 10 s.
    static func waitForPort(_ port: Int) async throws {
        for _ in 0..<400 {
            let attempt = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(1))
                .connect(host: "127.0.0.1", port: port)
            if let channel = try? await attempt.get() {
                try? await channel.close().get()
                return
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw RehearsalError(.peerUnavailable, "Nobody listens on port \(port) after 10 s.")
    }

    /// Returns once a gate answers on the admin socket.
    ///
    /// - Throws: `RehearsalError.peerUnavailable` after 10 s.
    static func waitForGate(_ socketPath: String) async throws {
        let client = AdminClient(socketPath: socketPath)
        for _ in 0..<400 {
            if (try? await client.status()) != nil {
                return await client.shutdown()
            }
            try? await Task.sleep(for: .milliseconds(25))
        }
        await client.shutdown()
        throw RehearsalError(.peerUnavailable, "No gate answers on \(socketPath) after 10 s.")
    }

    /// Ports that are free at this moment.
    static func freePorts(_ count: Int) async throws -> [Int] {
        var channels: [any Channel] = []
        for _ in 0..<count {
            channels.append(
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(host: "127.0.0.1", port: 0).get()
            )
        }
        let ports = channels.compactMap { $0.localAddress?.port }
        for channel in channels {
            try await channel.close().get()
        }
        return ports
    }
}
