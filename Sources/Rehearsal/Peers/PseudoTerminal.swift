import Glibc

/// A program on a terminal of its own: what an operator's SSH session is to the console.
///
/// Bytes go both ways through one file descriptor; the program's screen is not interpreted.
package final class PseudoTerminal: Sendable {
    package let processID: Int32
    private let descriptor: Int32

    /// Starts `path` with a controlling terminal of the given size.
    ///
    /// - Throws: `RehearsalError.peerUnavailable` when there is no terminal or no such program.
    package init(
        path: String,
        arguments: [String],
        environment: [String: String],
        columns: UInt16 = 80,
        rows: UInt16 = 24
    ) throws(RehearsalError) {
        var master: Int32 = -1
        var slave: Int32 = -1
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&master, &slave, &name, nil, &size) == 0 else {
            throw RehearsalError(.peerUnavailable, "No pseudo-terminal is to be had: \(errno).")
        }
        close(slave)
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        descriptor = master
        guard let child = Self.spawn(path, arguments, environment, terminal: name) else {
            close(master)
            throw RehearsalError(.peerUnavailable, "\(path) does not start: \(errno).")
        }
        processID = child
    }

    deinit {
        close(descriptor)
    }

    /// Opening the terminal in the new session makes it the controlling one; see setsid(2).
    private static func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        terminal: [CChar]
    ) -> Int32? {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let newSession: Int16 = 0x80
        let flags = newSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, flags)
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for text in argv + envp {
                free(text)
            }
        }
        var child: pid_t = 0
        return posix_spawn(&child, path, &actions, &attributes, &argv, &envp) == 0 ? child : nil
    }

    /// Waits up to `milliseconds` for output.
    ///
    /// - Returns: What there is, at most 64 KiB; empty when nothing came; nil when the terminal is
    ///   closed because every program on it has ended.
    package func read(waitingAtMost milliseconds: Int32) -> [UInt8]? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        if count > 0 {
            return Array(bytes.prefix(count))
        }
        return count < 0 && errno == EAGAIN ? [] : nil
    }

    /// Types `text`.
    package func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }

    package func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    /// Sends `signal` and, unless it is 0, reaps the program within `milliseconds`.
    ///
    /// - Returns: The exit status, or 128 plus the signal that ended it; nil if it still runs.
    package func end(signal: Int32, waitingAtMost milliseconds: Int) -> Int32? {
        if signal != 0 {
            kill(processID, signal)
        }
        var status: Int32 = 0
        for _ in 0...milliseconds / 10 {
            if waitpid(processID, &status, WNOHANG) == processID {
                let signalled = status & 0x7f
                return signalled == 0 ? (status >> 8) & 0xff : 128 + signalled
            }
            // A terminal that is closed has nothing to wait for, but its program may end later.
            if read(waitingAtMost: 10) == nil { poll(nil, 0, 10) }
        }
        return nil
    }
}
