import Foundation
import Rehearsal

/// What the console costs an operator's link and the machine: measured on a terminal of 80x24.
struct ConsoleBench: Sendable {
    var starts: Int
    var seconds: Double
    var binary: String
    /// A gate without traffic, and one on which every number changes each second.
    var idleSocketPath: String
    var liveSocketPath: String

    func run() throws -> BenchReport.Console {
        var firstBytes: [Double] = []
        var firstFrames: [Double] = []
        for _ in 0..<starts {
            let start = ContinuousClock.now
            let terminal = try console(liveSocketPath)
            let times = try firstFrame(of: terminal, since: start)
            firstBytes.append(times.firstByte)
            firstFrames.append(times.frame)
            _ = terminal.end(signal: SIGTERM, waitingAtMost: 2_000)
        }
        guard let firstByte = Summary(firstBytes), let frame = Summary(firstFrames) else {
            throw RehearsalError(.peerUnavailable, "The console was not started.")
        }
        return BenchReport.Console(
            firstByteMilliseconds: firstByte,
            firstFrameMilliseconds: frame,
            idle: try session(idleSocketPath),
            live: try session(liveSocketPath)
        )
    }

    private func console(_ socketPath: String) throws -> PseudoTerminal {
        try PseudoTerminal(
            path: binary,
            arguments: ["console", "--socket", socketPath],
            environment: [
                "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
                "HOME": NSHomeDirectory(),
            ]
        )
    }

    /// The frame stands when the words of a live screen have come; their numbers come with them.
    private func firstFrame(
        of terminal: PseudoTerminal,
        since start: ContinuousClock.Instant
    ) throws -> (firstByte: Double, frame: Double) {
        var output: [UInt8] = []
        var firstByte: Double?
        while start.duration(to: .now) < .seconds(10) {
            guard let bytes = terminal.read(waitingAtMost: 100) else { break }
            guard !bytes.isEmpty else { continue }
            let now = start.duration(to: .now) / .milliseconds(1)
            firstByte = firstByte ?? now
            output += bytes
            if String(decoding: output, as: UTF8.self).contains("p99"), let firstByte {
                return (firstByte, now)
            }
        }
        throw RehearsalError(.peerUnavailable, "The console showed no live screen within 10 s.")
    }

    private func session(_ socketPath: String) throws -> BenchReport.Session {
        let terminal = try console(socketPath)
        _ = try firstFrame(of: terminal, since: .now)
        _ = count(terminal, for: 2)
        guard let before = ProcessAccount(processID: terminal.processID) else {
            throw RehearsalError(.peerUnavailable, "The console ended by itself.")
        }
        let start = ContinuousClock.now
        let bytes = count(terminal, for: seconds)
        let elapsed = start.duration(to: .now) / .seconds(1)
        guard let after = ProcessAccount(processID: terminal.processID) else {
            throw RehearsalError(.peerUnavailable, "The console ended by itself.")
        }
        _ = terminal.end(signal: SIGTERM, waitingAtMost: 2_000)
        return BenchReport.Session(
            bytesPerSecond: Double(bytes) / elapsed,
            cpuPercent: (after.cpuSeconds - before.cpuSeconds) / elapsed * 100,
            wakeUpsPerSecond: Double(after.voluntarySwitches - before.voluntarySwitches) / elapsed,
            residentMebibytes: Double(after.residentBytes) / 1_048_576
        )
    }

    private func count(_ terminal: PseudoTerminal, for seconds: Double) -> Int {
        let start = ContinuousClock.now
        var count = 0
        while start.duration(to: .now) < .seconds(seconds) {
            count += terminal.read(waitingAtMost: 100)?.count ?? 0
        }
        return count
    }
}
