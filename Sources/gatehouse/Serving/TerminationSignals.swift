import Dispatch
import Foundation

/// SIGTERM and SIGINT as something to wait for, so that a gate can drain before it ends.
enum TerminationSignals {
    /// Returns when the first of them arrives or the task is cancelled.
    ///
    /// From the call on neither ends the process by itself.
    static func first() async {
        let (received, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGTERM, SIGINT].map { number in
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
}
