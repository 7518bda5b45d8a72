import Policy

/// Knows which pins the store holds, so that only what changed is written, and not too often.
struct ToolPinBook: Sendable {
    /// A crash forgets no more than what was seen in this time.
    private static let writeSeconds: Int64 = 5

    /// A tool by the bytes of its names: text that is only equivalent is another tool.
    private struct Name: Hashable, Sendable {
        var server: [UInt8]
        var tool: [UInt8]

        init(_ pin: ToolPin) {
            server = Array(pin.server.utf8)
            tool = Array(pin.tool.utf8)
        }
    }

    private struct Digests: Equatable, Sendable {
        var approved: SecretDigest
        var pending: SecretDigest?

        init(_ pin: ToolPin) {
            approved = pin.approved.digest
            pending = pin.pending?.digest
        }
    }

    private var written: [Name: Digests]
    /// Of the watch whose pins were last written.
    private var revision: UInt64 = 0
    private var nextWrite = MonotonicTime(nanoseconds: .min)
    /// Whether the last attempt failed, so that only the first failure is logged.
    var isUnwritable = false

    init(remembered: [ToolPin]) {
        written = Dictionary(remembered.map { (Name($0), Digests($0)) }) { $1 }
    }

    /// Whether there may be something to write, and it is time to.
    mutating func isDue(_ revision: UInt64, at now: MonotonicTime) -> Bool {
        guard revision != self.revision, nextWrite <= now else { return false }
        nextWrite = now.advanced(bySeconds: Self.writeSeconds)
        return true
    }

    /// What the store does not hold.
    func unwritten(_ pins: [ToolPin]) -> [ToolPin] {
        pins.filter { written[Name($0)] != Digests($0) }
    }

    mutating func markWritten(_ pins: [ToolPin], revision: UInt64? = nil) {
        for pin in pins { written[Name(pin)] = Digests(pin) }
        if let revision { self.revision = revision }
    }
}
