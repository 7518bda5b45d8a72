import Glibc

/// Puts the terminal right when the program ends without closing its screen.
///
/// Armed while a screen is open. Covers `exit` from anywhere, traps and aborts: the handler only
/// calls `write`, `tcsetattr`, `sigaction` and `raise`, which are safe inside a signal handler.
enum TerminalRestore {
    /// Signals of a crash; the ones that ask for an end are the session's.
    private static let crashSignals = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS]

    /// Remembers the modes of now as those to return to; call before curses changes them.
    static func prepare() {
        if record == nil {
            let fresh = UnsafeMutablePointer<RestoreRecord>.allocate(capacity: 1)
            fresh.initialize(to: RestoreRecord())
            record = fresh
            atexit { restoreIfArmed() }
        }
        if let known = record { tcgetattr(STDIN_FILENO, &known.pointee.modes) }
    }

    /// - Parameter farewell: What to write to leave the alternate screen and show the cursor.
    static func arm(farewell: [UInt8]) {
        guard let record else { return }
        record.pointee.farewell?.deallocate()
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(farewell.count, 1))
        for (index, byte) in farewell.enumerated() { bytes[index] = byte }
        record.pointee.farewell = bytes
        record.pointee.farewellCount = farewell.count
        if record.pointee.isArmed { return }
        record.pointee.isArmed = true
        for signal in crashSignals { installHandler(for: signal) }
    }

    static func disarm() {
        guard let record, record.pointee.isArmed else { return }
        record.pointee.isArmed = false
        for signal in crashSignals { sigaction(signal, &record.pointee.previous[Int(signal)], nil) }
    }

    private static func installHandler(for signal: Int32) {
        guard let record else { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = crashed
        sigaction(signal, &action, &record.pointee.previous[Int(signal)])
    }
}

/// Reached from signal handlers, so it lives outside every object and is never freed.
private struct RestoreRecord {
    var modes = termios()
    var farewell: UnsafeMutablePointer<UInt8>?
    var farewellCount = 0
    var isArmed = false
    var previous = InlineArray<32, sigaction>(repeating: sigaction())
}

/// Written on the main actor before any handler that reads it is installed.
nonisolated(unsafe) private var record: UnsafeMutablePointer<RestoreRecord>?

private func restoreIfArmed() {
    guard let record, record.pointee.isArmed else { return }
    record.pointee.isArmed = false
    _ = write(STDOUT_FILENO, record.pointee.farewell, record.pointee.farewellCount)
    tcsetattr(STDIN_FILENO, TCSANOW, &record.pointee.modes)
}

/// Restores, then lets the action from before, such as a backtrace, see the signal again.
private func crashed(_ signal: Int32) {
    restoreIfArmed()
    if let record { sigaction(signal, &record.pointee.previous[Int(signal)], nil) }
    raise(signal)
}
