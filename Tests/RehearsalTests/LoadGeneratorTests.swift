import NIOCore
import NIOPosix
import Testing

@testable import Rehearsal

@Suite struct LoadGeneratorTests {
    @Test func `counts answers and finds no failure in a sound upstream`() async throws {
        let upstream = try await FixedUpstream.listen(
            port: 0,
            group: MultiThreadedEventLoopGroup.singleton
        )
        let result = try await load(port: upstream.localAddress?.port ?? 0, bodyBytes: 300)
        try await upstream.close().get()
        #expect(result.requests > 0)
        #expect(result.failures == 0)
        #expect(result.p99Microseconds >= result.p50Microseconds)
    }

    @Test func `an answer of another length is a failure`() async throws {
        let upstream = try await FixedUpstream.listen(
            port: 0,
            group: MultiThreadedEventLoopGroup.singleton
        )
        let result = try await load(port: upstream.localAddress?.port ?? 0, bodyBytes: 299)
        try await upstream.close().get()
        #expect(result.failures == result.requests)
    }

    @Test func `nobody listening is an error that names the port`() async throws {
        await #expect(throws: RehearsalError.self) {
            try await load(port: 1, bodyBytes: 300)
        }
    }

    private func load(port: Int, bodyBytes: Int) async throws -> LoadResult {
        try await LoadGenerator(
            port: port,
            connections: 4,
            duration: .milliseconds(200),
            request: RequestText.legacyCall(tool: "echo", port: port, key: nil),
            expectedBodyBytes: bodyBytes
        ).run()
    }
}
