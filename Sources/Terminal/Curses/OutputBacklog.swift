import Dispatch
import Glibc

/// Knows whether a terminal takes output now, and tells when it does again.
@MainActor
final class OutputBacklog {
    /// Called once for every time that `isWritable` was found false.
    var onWritable: (() -> Void)?

    private let descriptor: Int32
    private var waiting: (any DispatchSourceWrite)?

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// False while what was written before has not been read; then `onWritable` will be called.
    var isWritable: Bool {
        var query = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A terminal that is gone counts as ready: writing fails at once and does no harm.
        if poll(&query, 1, 0) != 0 { return true }
        wait()
        return false
    }

    func cancel() {
        waiting?.cancel()
        waiting = nil
        onWritable = nil
    }

    private func wait() {
        guard waiting == nil else { return }
        let source = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.becameWritable() }
        }
        source.resume()
        waiting = source
    }

    private func becameWritable() {
        waiting?.cancel()
        waiting = nil
        onWritable?()
    }
}
