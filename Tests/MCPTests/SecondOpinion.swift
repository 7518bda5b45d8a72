import NIOCore
import NIOEmbedded
import NIOHTTP1

/// What llhttp, by way of NIOHTTP1, makes of a request.
struct SecondOpinion: Equatable {
    var method: String
    var target: String
    var bodyByteCount: Int
    var trailingRequests: Int

    /// Reads `bytes` as a server would; nil when they are refused or incomplete.
    init?(_ bytes: [UInt8]) {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish() }
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        do {
            try channel.pipeline.syncOperations.addHandler(decoder)
            try channel.writeInbound(channel.allocator.buffer(bytes: bytes))
            guard case .head(let head) = try channel.readInbound(as: HTTPServerRequestPart.self)
            else { return nil }
            method = head.method.rawValue
            target = head.uri
            bodyByteCount = 0
            trailingRequests = 0
            var ends = 0
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .body(let buffer): bodyByteCount += buffer.readableBytes
                case .end: ends += 1
                case .head: trailingRequests += 1
                }
            }
            guard ends == 1 else { return nil }
        } catch {
            return nil
        }
    }
}
