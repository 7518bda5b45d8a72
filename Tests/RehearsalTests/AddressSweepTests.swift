import NIOCore
import NIOPosix
import Testing

@testable import Rehearsal

@Suite struct AddressSweepTests {
    @Test func `a server that lets each address in as often as its limit says is exact`()
        async throws
    {
        let result = try await sweep(admitting: 2)
        #expect(result.addresses == 300)
        #expect(result.requests == 900)
        #expect(result.inexactAddresses == 0)
        #expect(result.failures == 0)
    }

    @Test(arguments: [1, 3])
    func `every address that is let in too often or too rarely is counted`(
        admitted: Int
    )
        async throws
    {
        let result = try await sweep(admitting: admitted)
        #expect(result.inexactAddresses == 300)
        #expect(result.failures == 0)
    }

    private func sweep(admitting limit: Int) async throws -> AddressSweep.Result {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Counter(limit: limit))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        let sweep = AddressSweep(port: port, addresses: 300, limit: 2, connections: 4)
        let result = try await sweep.run()
        try await server.close().get()
        return result
    }
}

/// Admits every address of a connection so often; the requests come one at a time.
private final class Counter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limit: Int
    private var counts: [Substring: Int] = [:]
    private var received = ""

    init(limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard received.hasSuffix("}}}}") else { return }
        let lines = received.split(whereSeparator: \.isNewline)
        received = ""
        guard let address = lines.first(where: { $0.hasPrefix("X-Forwarded-For: 10.") }) else {
            return context.close(promise: nil)
        }
        counts[address, default: 0] += 1
        let isAdmitted = counts[address, default: 0] <= limit
        let status = isAdmitted ? "200 OK" : "429 Too Many Requests"
        let answer = ByteBuffer(string: "HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }
}
