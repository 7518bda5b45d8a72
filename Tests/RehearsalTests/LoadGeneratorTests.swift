import Deployment
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import Rehearsal

@Suite struct LoadGeneratorTests {
    @Test func `counts answers and finds no failure in a sound upstream`() async throws {
        let result = try await Server.with { try await Self.load(port: $0).run() }
        #expect(result.requests > 0)
        #expect(result.failures == 0)
        #expect(result.p99Microseconds >= result.p50Microseconds)
    }

    @Test func `an answer of another length is a failure`() async throws {
        let result = try await Server.with { port in
            var load = Self.load(port: port)
            load.expectedBodyBytes -= 1
            return try await load.run()
        }
        #expect(result.requests > 0)
        #expect(result.failures == result.requests)
    }

    @Test func `nobody listening is an error that names the port`() async throws {
        await #expect(throws: RehearsalError.self) { try await Self.load(port: 1).run() }
    }

    @Test func `a connection that ends without an answer is a failure`() async throws {
        let result = try await Server.with(answersMax: 0) { try await Self.load(port: $0).run() }
        #expect(result.requests == 0)
        #expect(result.failures == 4)
    }

    @Test func `a connection that ends after an answer is a failure of one that is kept`()
        async throws
    {
        let result = try await Server.with(answersMax: 1) { try await Self.load(port: $0).run() }
        #expect(result.requests == 4)
        #expect(result.failures == 4)
    }

    @Test func `a renewed connection carries one request`() async throws {
        let result = try await Server.with(answersMax: 1) { port in
            var load = Self.load(port: port)
            load.renewsConnections = true
            return try await load.run()
        }
        #expect(result.requests > 4)
        #expect(result.failures == 0)
    }

    // MARK: TLS

    @Test(arguments: [false, true])
    func `load goes over TLS to a certificate that is trusted`(
        renewsConnections: Bool
    )
        async throws
    {
        let files = try TLSFolder()
        defer { files.remove() }
        let result = try await Server.with(identity: files.served) { port in
            var load = Self.load(port: port)
            load.trustedCertificates = files.served.certificatePath
            load.renewsConnections = renewsConnections
            return try await load.run()
        }
        #expect(result.requests > 0)
        #expect(result.failures == 0)
    }

    @Test func `another certificate than the trusted ones gets no request`() async throws {
        let files = try TLSFolder()
        defer { files.remove() }
        let result = try await Server.with(identity: files.served) { port in
            var load = Self.load(port: port)
            load.trustedCertificates = files.other.certificatePath
            return try await load.run()
        }
        #expect(result.requests == 0)
        #expect(result.failures == 4)
    }

    private static func load(port: Int) -> LoadGenerator {
        LoadGenerator(
            port: port,
            connections: 4,
            duration: .milliseconds(200),
            request: RequestText.legacyCall(tool: "echo", port: port, key: nil)
        )
    }
}

/// What the measurements put behind a proxy, if need be with TLS, or with an early end.
private enum Server {
    static func with<Result>(
        identity: CertificateFiles? = nil,
        answersMax: Int = .max,
        _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let security = try identity.map { files in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMFile(files.certificatePath)
                        .map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(file: files.keyPath, format: .pem))
                )
            )
        }
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        try pipeline.addHandler(NIOSSLServerHandler(context: security))
                    }
                    try pipeline.addHandler(EarlyEnd(answersMax: answersMax))
                    try pipeline.addHandler(FixedAnswerHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            let result = try await body(port)
            try await channel.close().get()
            return result
        } catch {
            try await channel.close().get()
            throw error
        }
    }
}

/// Closes a connection on the request after the last one that is to be answered.
private final class EarlyEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var answersLeft: Int

    init(answersMax: Int) {
        answersLeft = answersMax
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard answersLeft > 0 else { return context.close(promise: nil) }
        answersLeft -= 1
        context.fireChannelRead(data)
    }
}

/// Two certificates in files of their own.
private struct TLSFolder {
    let served: CertificateFiles
    let other: CertificateFiles
    private let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory
            .appending(path: "load-\(UUID().uuidString.prefix(8))").path()
        served = CertificateFiles(folder: "\(path)/served")
        other = CertificateFiles(folder: "\(path)/other")
        for files in [served, other] {
            try files.write(SelfSignedCertificate(names: ["localhost"], days: 1, now: Date()))
        }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
