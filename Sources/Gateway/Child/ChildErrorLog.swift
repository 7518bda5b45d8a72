import Logging
import NIOCore
import Policy

/// Puts what a child writes to standard error into the log: neutralised, cut, and so many lines a
/// second; the rest is counted.
final class ChildErrorLog: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Bytes of one line that are logged.
    static let lineBytesMax = 1024
    static let linesPerSecondMax = 20

    private let logger: Logger
    private var line: [UInt8] = []
    private var isCut = false
    private var pace = LinePace(perSecondMax: linesPerSecondMax)
    private var context: ChannelHandlerContext?

    init(_ logger: Logger) {
        self.logger = logger
    }

    func close() {
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for byte in unwrapInboundIn(data).readableBytesView {
            if byte == 0x0A {
                log()
            } else if line.count < Self.lineBytesMax {
                line.append(byte)
            } else {
                isCut = true
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        log()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func log() {
        defer {
            line.removeAll(keepingCapacity: true)
            isCut = false
        }
        guard !line.isEmpty else { return }
        guard let suppressed = pace.take(at: GatewayClock.monotonic()) else { return }
        var facts: Logger.Metadata = ["line": "\(ChildText.neutralized(line))"]
        if isCut { facts["cut"] = "true" }
        if suppressed > 0 { facts["suppressed"] = "\(suppressed)" }
        logger.info("child says", metadata: facts)
    }
}

/// So many lines in a second, and a count of those beyond.
struct LinePace {
    private let perSecondMax: Int
    private var second: Int64 = .min
    private var count = 0
    private var suppressed = 0

    init(perSecondMax: Int) {
        self.perSecondMax = perSecondMax
    }

    /// - Returns: Nil for a line too many; else how many were suppressed since the last one.
    mutating func take(at now: MonotonicTime) -> Int? {
        let current = now.nanoseconds / 1_000_000_000
        if current != second {
            second = current
            count = 0
        }
        guard count < perSecondMax else {
            suppressed += 1
            return nil
        }
        count += 1
        defer { suppressed = 0 }
        return suppressed
    }
}

/// What a child wrote, as text that can do no harm in a log.
enum ChildText {
    /// Bytes that are not UTF-8 and scalars that steer a terminal, reorder a line or cannot be
    /// seen become U+FFFD.
    static func neutralized(_ bytes: [UInt8]) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            safe.append(isHarmless(scalar) ? scalar : "\u{FFFD}")
        }
        return String(safe)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        default:
            !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
