import Foundation

/// What the kernel says that a process has used.
package struct ProcessAccount: Equatable, Sendable {
    /// User and system time together.
    package var cpuSeconds: Double
    package var residentBytes: Int
    /// Times it gave up the processor of its own accord: its wake-ups.
    package var voluntarySwitches: Int

    /// Reads `/proc/PID/stat` and every thread's `status`; nil once the process is gone.
    package init?(processID: Int32) {
        let folder = "/proc/\(processID)"
        guard
            let stat = try? String(contentsOfFile: "\(folder)/stat", encoding: .utf8),
            let threads = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/task")
        else { return nil }
        let statuses = threads.compactMap { thread in
            try? String(contentsOfFile: "\(folder)/task/\(thread)/status", encoding: .utf8)
        }
        self.init(stat: stat, threadStatuses: statuses)
    }

    /// Parses the files' contents; see proc(5).
    ///
    /// Ticks are hundredths of a second on Linux.
    init?(stat: String, threadStatuses: [String]) {
        // The second field is the command in parentheses and may itself hold spaces.
        guard let close = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12])
        else { return nil }
        cpuSeconds = (user + system) / 100
        residentBytes =
            (threadStatuses.first.flatMap { Self.number(after: "VmRSS:", in: $0) } ?? 0) * 1024
        voluntarySwitches = threadStatuses.reduce(0) { sum, status in
            sum + (Self.number(after: "voluntary_ctxt_switches:", in: status) ?? 0)
        }
    }

    private static func number(after name: String, in status: String) -> Int? {
        status.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first }
            .flatMap { Int($0) }
    }
}
