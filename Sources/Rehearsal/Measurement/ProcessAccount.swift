import Foundation

/// What the kernel says that a process has used.
package struct ProcessAccount: Equatable, Sendable {
    /// User and system time of all its threads together, those that have ended included.
    package var cpuSeconds: Double
    package var residentBytes: Int
    /// The most that was resident at any time.
    package var peakResidentBytes: Int
    /// Times it gave up the processor of its own accord: its wake-ups.
    package var voluntarySwitches: Int

    /// Reads the process's clock and every thread's `status`; nil once the process is gone.
    package init?(processID: Int32) {
        let folder = "/proc/\(processID)/task"
        guard let seconds = Self.cpuSeconds(of: processID),
            let threads = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return nil }
        let statuses = threads.compactMap { thread in
            try? String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8)
        }
        self.init(cpuSeconds: seconds, threadStatuses: statuses)
    }

    /// Parses the contents of the threads' files; see proc(5).
    init(cpuSeconds: Double, threadStatuses: [String]) {
        self.cpuSeconds = cpuSeconds
        residentBytes = Self.kibibytes("VmRSS:", in: threadStatuses.first) * 1024
        peakResidentBytes = Self.kibibytes("VmHWM:", in: threadStatuses.first) * 1024
        voluntarySwitches = threadStatuses.reduce(0) { sum, status in
            sum + (Self.number(after: "voluntary_ctxt_switches:", in: status) ?? 0)
        }
    }

    /// To the nanosecond, where `/proc` counts in hundredths; see clock_getcpuclockid(3).
    private static func cpuSeconds(of processID: Int32) -> Double? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(processID, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return nil
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }

    private static func kibibytes(_ name: String, in status: String?) -> Int {
        status.flatMap { number(after: name, in: $0) } ?? 0
    }

    private static func number(after name: String, in status: String) -> Int? {
        status.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first }
            .flatMap { Int($0) }
    }
}
