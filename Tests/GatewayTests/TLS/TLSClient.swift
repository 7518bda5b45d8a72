import NIOCore
import NIOPosix
import NIOSSL

@testable import Gateway

/// A TLS client that sends exactly the bytes it is told to.
///
/// It trusts any server and offers what it is told to offer.
struct TLSClient {
    struct Offer {
        var protocols = ["h2", "http/1.1"]
        /// PEM of a client certificate and of its key.
        var certificate: String?
        var key = TestCertificates.clientKey
        var versionMax: TLSVersion?
        /// What is sent before the handshake.
        var preface = ByteBuffer()
    }

    let channel: any Channel
    private let bytes: AsyncStream<ByteBuffer>

    static func with<Result>(
        _ gateway: TestGateway,
        _ offer: Offer = Offer(),
        _ body: (TLSClient) async throws -> Result
    ) async throws -> Result {
        let (bytes, continuation) = AsyncStream<ByteBuffer>.makeStream()
        let context = try NIOSSLContext(configuration: configuration(offer))
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(Preface(offer.preface))
                    try pipeline.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: nil)
                    )
                    try pipeline.addHandler(Receiver(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: gateway.port)
            .get()
        let client = TLSClient(channel: channel, bytes: bytes)
        do {
            let result = try await body(client)
            try? await channel.close().get()
            return result
        } catch {
            try? await channel.close().get()
            throw error
        }
    }

    private static func configuration(_ offer: Offer) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = offer.protocols
        configuration.maximumTLSVersion = offer.versionMax
        configuration.shutdownTimeout = .milliseconds(100)
        if let certificate = offer.certificate {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(
                Array(certificate.utf8)
            ).map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(offer.key.utf8), format: .pem)
            )
        }
        return configuration
    }

    /// A failure to send is not reported: the end of what is received tells of it too.
    func send(_ bytes: ByteBuffer) {
        channel.writeAndFlush(bytes, promise: nil)
    }

    func send(_ text: String) {
        send(ByteBuffer(string: text))
    }

    /// - Returns: The next bytes; nil at the end, however it came.
    func next() async -> ByteBuffer? {
        for await piece in bytes { return piece }
        return nil
    }

    /// Everything up to the end.
    func readToEnd() async -> String {
        var all = ""
        while let piece = await next() { all += String(buffer: piece) }
        return all
    }
}

/// Sends bytes that are not encrypted, before anything else.
private final class Preface: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: ByteBuffer

    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
    }

    func channelActive(context: ChannelHandlerContext) {
        if bytes.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        context.fireChannelActive()
    }
}

private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let bytes: AsyncStream<ByteBuffer>.Continuation

    init(_ bytes: AsyncStream<ByteBuffer>.Continuation) {
        self.bytes = bytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        bytes.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
