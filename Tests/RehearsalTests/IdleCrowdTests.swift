import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Rehearsal

@Suite struct IdleCrowdTests {
    @Test func `every connection that is answered and kept is counted`() async throws {
        let server = try await FixedUpstream.listen(
            port: 0,
            group: MultiThreadedEventLoopGroup.singleton
        )
        let result = try await crowd(of: 50, on: server)
        #expect(result.connections == 50)
        #expect(result.failures == 0)
        #expect(result.residentBytes > 0)
    }

    @Test func `a connection that ends before its answer is a failure`() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { $0.close() }
            .bind(host: "127.0.0.1", port: 0).get()
        let result = try await crowd(of: 5, on: server)
        #expect(result.connections == 0)
        #expect(result.failures == 5)
    }

    @Test func `a process that is not there is an error`() async throws {
        let crowd = IdleCrowd(port: 1, key: "key", connections: 1)
        await #expect(throws: RehearsalError.self) { try await crowd.burden(onProcess: .max) }
    }

    private func crowd(
        of connections: Int,
        on server: any Channel
    ) async throws -> IdleCrowd.Result {
        let crowd = IdleCrowd(
            port: server.localAddress?.port ?? 0,
            key: "key",
            connections: connections,
            silence: .zero
        )
        let result = try await crowd.burden(onProcess: getpid())
        try await server.close().get()
        return result
    }
}
