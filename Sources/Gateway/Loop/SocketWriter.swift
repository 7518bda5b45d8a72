import Glibc
import NIOCore

/// Hands bytes to a connection's socket at once, and to its channel only what the socket does not
/// take.
///
/// A channel queues, accounts for and flushes each write, which costs more than the guards do;
/// nearly every message fits into the socket's buffer, where one system call is enough. What is
/// left over, and every error, is the channel's to deal with, so that water marks, back-pressure
/// and the end of a broken connection are the same either way.
///
/// Confined to the connection's loop. The owner says when the connection ends or fails: from then
/// on the descriptor may be another connection's.
struct SocketWriter {
    /// Nil where the channel must see every byte, and once the connection has ended.
    private var socket: NIOBSDSocket.Handle?
    /// Whether the channel may hold bytes, which go first.
    private var isChannelBehind = false

    /// Writes through the channel alone.
    init() {}

    /// Writes to the socket of a channel whose bytes no other handler changes, so never under TLS.
    init(toSocketOf context: ChannelHandlerContext) {
        let operations = context.pipeline.syncOperations
        socket = try? operations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
    }

    mutating func end() {
        socket = nil
    }

    /// Sends what the socket takes; `isMoreToCome` lets the kernel wait for the next bytes instead
    /// of making a packet now.
    ///
    /// - Returns: What the caller must write through the channel; nil when nothing is left. The
    ///   channel may tell handlers of an error at once, so it must not be called from in here.
    mutating func send(
        _ bytes: ByteBuffer,
        isMoreToCome: Bool = false,
        besides channel: any Channel
    ) -> ByteBuffer? {
        guard let socket, !isHolding(channel) else { return bytes }
        let flags = isMoreToCome ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL
        let sent = bytes.withUnsafeReadableBytes {
            Glibc.send(socket, $0.baseAddress, $0.count, Int32(flags))
        }
        guard sent < bytes.readableBytes else { return nil }
        var rest = bytes
        rest.moveReaderIndex(forwardBy: max(sent, 0))
        isChannelBehind = true
        return rest
    }

    private mutating func isHolding(_ channel: any Channel) -> Bool {
        guard isChannelBehind else { return false }
        let held = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        isChannelBehind = held != 0
        return isChannelBehind
    }
}
