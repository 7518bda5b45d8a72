import Dispatch
import Foundation
import Glibc
import Synchronization

/// SIGTERM, SIGINT and SIGHUP as something to wait for, so that a gate can drain before it ends.
enum TerminationSignals {
    /// A pipe that a signal writes to and nobody reads from: whoever waits later need not wait.
    private static let arrival = signalPipe()
    private static let hangup = signalPipe()
    /// Whether SIGHUP is kept for `eachHangup`.
    private static let isHangupKept = Atomic(false)

    private static func signalPipe() -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return (ends[0], ends[1])
    }

    /// From the return on none of them ends the process by itself, and none is lost.
    ///
    /// A SIGHUP that was ignored from the start, as nohup(1) has it, stays ignored.
    static func install() {
        // Made before a handler can run: a handler may do little more than write(2).
        guard arrival.writing >= 0 else { return }
        let hangups = isHangupKept.load(ordering: .relaxed) ? [] : [SIGHUP]
        for number in [SIGTERM, SIGINT] + hangups where !isIgnored(number) {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = Glibc.write(TerminationSignals.arrival.writing, &byte, 1)
            }
        }
    }

    /// Returns when one of them has arrived or the task is cancelled.
    static func first() async {
        install()
        let (received, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        let source = DispatchSource.makeReadSource(
            fileDescriptor: arrival.reading,
            queue: .global()
        )
        source.setEventHandler { continuation.yield() }
        source.resume()
        for await _ in received {
            break
        }
        source.cancel()
    }

    /// From the return on a SIGHUP ends nothing and waits for `eachHangup`.
    ///
    /// Called before `install`.
    static func keepHangups() {
        guard hangup.writing >= 0, !isIgnored(SIGHUP) else { return }
        isHangupKept.store(true, ordering: .relaxed)
        signal(SIGHUP) { number in
            var byte = UInt8(truncatingIfNeeded: number)
            _ = Glibc.write(TerminationSignals.hangup.writing, &byte, 1)
        }
    }

    /// Does `body` for each SIGHUP, or once for several that came together, until the task is
    /// cancelled.
    static func eachHangup(_ body: () -> Void) async {
        let (heard, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        let source = DispatchSource.makeReadSource(
            fileDescriptor: hangup.reading,
            queue: .global()
        )
        source.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 64)
            while Glibc.read(TerminationSignals.hangup.reading, &bytes, bytes.count) > 0 {}
            continuation.yield()
        }
        source.resume()
        for await _ in heard {
            body()
        }
        source.cancel()
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard number == SIGHUP, sigaction(number, nil, &action) == 0 else { return false }
        // Function pointers have no `==`; SIG_IGN is the number 1 on every Linux.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
