import Foundation
import Rehearsal
import Testing

/// A program on a terminal of its own, with every byte that it wrote.
final class RecordedTerminal {
    private let terminal: PseudoTerminal
    private(set) var output: [UInt8] = []

    var processID: Int32 { terminal.processID }
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Runs `command` in a shell; `environment` is the whole of it, but for `PATH` and `HOME`.
    init(
        _ command: String,
        environment: [String: String],
        columns: UInt16 = 80,
        rows: UInt16 = 24
    ) throws {
        let own = ["PATH": Programs.searchPath, "HOME": "/"]
        terminal = try PseudoTerminal(
            path: "/bin/sh",
            arguments: ["-c", command],
            environment: own.merging(environment) { $1 },
            columns: columns,
            rows: rows
        )
    }

    /// Types bytes as they are, an answer of the terminal itself too.
    func type(_ text: String) {
        terminal.write(text)
    }

    func resize(columns: UInt16, rows: UInt16) {
        terminal.resize(columns: columns, rows: rows)
    }

    /// Processor time that the program has used, in seconds.
    func processorSeconds() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Reads until the output holds `text`.
    func wait(
        for text: String,
        within seconds: Double = 20,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let isThere = try await eventually(within: seconds) {
            output += terminal.read(waitingAtMost: 0) ?? []
            return self.text.contains(text)
        }
        #expect(
            isThere,
            "no «\(text)» in \(self.text.debugDescription)",
            sourceLocation: sourceLocation
        )
    }

    /// Reads for a while, whatever comes.
    func read(for duration: Duration) async throws {
        let end = ContinuousClock.now.advanced(by: duration)
        while ContinuousClock.now < end {
            output += terminal.read(waitingAtMost: 0) ?? []
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Reads until the program has closed its terminal, then reaps it.
    ///
    /// - Returns: The exit status, or 128 plus the signal; nil if it still runs.
    func end(within seconds: Double = 10) async throws -> Int32? {
        _ = try await eventually(within: seconds) {
            guard let bytes = terminal.read(waitingAtMost: 0) else { return true }
            output += bytes
            return false
        }
        return terminal.end(signal: 0, waitingAtMost: 1_000)
    }

    /// Ends the program, however it is.
    func kill() {
        _ = terminal.end(signal: SIGKILL, waitingAtMost: 1_000)
    }
}
