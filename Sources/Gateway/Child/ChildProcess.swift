import Glibc
import Logging
import NIOCore
import NIOPosix
import Policy

/// Whoever listens to a child; on its loop.
protocol ChildListener: AnyObject {
    /// A line on standard output, without its end.
    func childSaid(_ line: ByteBuffer)
    /// It will say nothing more: it ended its output, died, or broke the rules. Once.
    func childFellSilent(_ reason: ChildSilence)
}

/// Why nothing more comes from a child.
enum ChildSilence: String {
    case ended
    case lineTooLong = "line_too_long"
    case streamFailed = "stream_failed"
    /// A shared child did not answer the gate's `initialize`.
    case refusedToOpen = "refused_to_open"
    /// The gate ended it.
    case toldTo = "told_to"
}

/// One process that the gate started, its pipes and its end; confined to one event loop.
///
/// When nothing more can come from it, it is brought to its end with everything in its process
/// group; whoever holds it calls `sweep` until it says that nothing is left.
final class ChildProcess {
    /// Bytes that may wait for the child to read them, beside one message of any size.
    static let outstandingBytesMax = 8_388_608
    /// The longest line of a child.
    static let lineBytesMax = 4_194_304

    let processID: pid_t
    private let eventLoop: any EventLoop
    private let descriptors: ChildSpawn.Started
    private let errorLog: NIOLoopBound<ChildErrorLog>
    private weak var listener: (any ChildListener)?
    private var channel: (any Channel)?
    private var waiting: [ByteBuffer] = []
    private var outstandingBytes = 0
    private var ending: ChildEnding?
    private var hasOutputEnded = false
    private var reaped: MonotonicTime?

    /// Starts the process; `connect` must follow.
    init(
        _ command: ChildCommand,
        environment: [String],
        on eventLoop: any EventLoop,
        logger: Logger
    ) throws(ChildSpawn.Failure) {
        descriptors = try ChildSpawn.start(command, environment: environment)
        processID = descriptors.processID
        self.eventLoop = eventLoop
        var logger = logger
        logger[metadataKey: "pid"] = "\(processID)"
        errorLog = NIOLoopBound(ChildErrorLog(logger), eventLoop: eventLoop)
    }

    /// Puts the pipes on the loop; from now on the listener hears of the child.
    func connect(_ listener: any ChildListener) {
        self.listener = listener
        let output = NIOLoopBound(ChildOutput(self), eventLoop: eventLoop)
        NIOPipeBootstrap(group: eventLoop)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(output.value)
                }
            }
            .takingOwnershipOfDescriptors(input: descriptors.output, output: descriptors.input)
            .assumeIsolated()
            .whenComplete { self.connected($0) }
        let errorLog = self.errorLog
        _ = NIOPipeBootstrap(group: eventLoop)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(errorLog.value)
                }
            }
            .takingOwnershipOfDescriptor(input: descriptors.errors)
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        guard case .success(let channel) = result else {
            close(descriptors.input)
            close(descriptors.output)
            return fellSilent(.streamFailed)
        }
        guard ending == nil else { return channel.close(promise: nil) }
        self.channel = channel
        for line in waiting { channel.write(line, promise: nil) }
        waiting = []
        channel.flush()
    }

    // MARK: Speaking

    /// Whether a message of so many bytes may be sent; one alone always may.
    func hasRoom(forBytes count: Int) -> Bool {
        outstandingBytes == 0 || outstandingBytes + count <= Self.outstandingBytesMax
    }

    /// Sends one message, which must hold no line end.
    func send(_ message: [UInt8]) {
        guard ending == nil else { return }
        var line = ByteBuffer()
        line.reserveCapacity(message.count + 1)
        line.writeBytes(message)
        line.writeInteger(0x0A as UInt8)
        let count = line.readableBytes
        outstandingBytes += count
        guard let channel else { return waiting.append(line) }
        channel.writeAndFlush(line).assumeIsolated().whenComplete { _ in
            self.outstandingBytes -= count
        }
    }

    fileprivate func said(_ line: ByteBuffer) {
        listener?.childSaid(line)
    }

    fileprivate func fellSilent(_ reason: ChildSilence) {
        hasOutputEnded = true
        let listener = self.listener
        self.listener = nil
        end()
        listener?.childFellSilent(reason)
    }

    // MARK: Its end

    /// Closes its input; `sweep` sees to the rest.
    ///
    /// The listener hears nothing more.
    func end() {
        listener = nil
        guard ending == nil else { return }
        ending = ChildEnding(at: GatewayClock.monotonic())
        waiting = []
        channel?.close(mode: .output, promise: nil)
    }

    /// Does what is due at `now`.
    ///
    /// - Returns: Whether the process and its group are gone.
    func sweep(at now: MonotonicTime) -> Bool {
        if let reaped {
            // What it wrote last is still read, unless somebody else holds the pipe open.
            let isOver = hasOutputEnded || reaped.advanced(bySeconds: 1) <= now
            if isOver { closePipes() }
            return isOver
        }
        if isDead {
            // Its group's number is free only once it was waited for.
            kill(-processID, SIGKILL)
            waitpid(processID, nil, WNOHANG)
            reaped = now
            return false
        }
        switch ending?.step(at: now) {
        case .ask: kill(-processID, SIGTERM)
        case .kill: kill(-processID, SIGKILL)
        case .wait, nil: break
        }
        return false
    }

    private func closePipes() {
        channel?.close(promise: nil)
        errorLog.value.close()
        fellSilent(.ended)
    }

    private var isDead: Bool {
        var information = siginfo_t()
        let options = CInt(WEXITED | WNOHANG | WNOWAIT)
        let result = waitid(P_PID, id_t(processID), &information, options)
        return (result == 0 && information.si_signo != 0) || (result < 0 && errno == ECHILD)
    }
}

/// Reads a child's standard output.
private final class ChildOutput: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private weak var child: ChildProcess?
    private var lines = LineReader(bytesMax: ChildProcess.lineBytesMax)

    init(_ child: ChildProcess) {
        self.child = child
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lines.receive(unwrapInboundIn(data))
        while true {
            switch lines.next() {
            case .needMore:
                return
            case .line(let line):
                child?.said(line)
            case .tooLong:
                child?.fellSilent(.lineTooLong)
                return context.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        child?.fellSilent(.ended)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        child?.fellSilent(.streamFailed)
        context.close(promise: nil)
    }
}
