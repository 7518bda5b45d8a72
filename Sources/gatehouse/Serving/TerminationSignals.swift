import Dispatch
import Foundation

/// SIGTERM, SIGINT and SIGHUP as something to wait for, so that a gate can drain before it ends.
enum TerminationSignals {
    /// Returns when the first of them arrives or the task is cancelled.
    ///
    /// From the call on none of them ends the process by itself. A SIGHUP that was ignored from
    /// the start, as nohup(1) has it, stays ignored.
    static func first() async {
        let (received, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGTERM, SIGINT, SIGHUP].filter { !isIgnored($0) }.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in received {
            break
        }
        for source in sources {
            source.cancel()
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard number == SIGHUP, sigaction(number, nil, &action) == 0 else { return false }
        // Function pointers have no `==`; SIG_IGN is the number 1 on every Linux.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
