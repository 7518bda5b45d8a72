import Glibc
import Rehearsal
import Testing

@Suite struct PseudoTerminalTests {
    @Test func `a program finds a controlling terminal of the asked size`() throws {
        let terminal = try PseudoTerminal(
            path: "/bin/sh",
            arguments: ["-c", "stty size < /dev/tty; exit 3"],
            environment: ["PATH": "/usr/bin:/bin"],
            columns: 97,
            rows: 31
        )
        var output: [UInt8] = []
        while let bytes = terminal.read(waitingAtMost: 2_000), !bytes.isEmpty {
            output += bytes
        }
        #expect(String(decoding: output, as: UTF8.self).contains("31 97"))
        #expect(terminal.end(signal: 0, waitingAtMost: 2_000) == 3)
    }

    @Test func `a program that is not there is an error`() {
        #expect(throws: RehearsalError.self) {
            try PseudoTerminal(path: "/nonexistent", arguments: [], environment: [:])
        }
    }
}
