import NIOCore

extension Channel {
    /// Lets the channel read of itself, or only the end of the stream.
    ///
    /// On the channel's loop only. An option of the channel, because a handler that every read
    /// passes through would cost each of them.
    func setReading(_ isOn: Bool) {
        // The one failure is a channel that is closed, which reads nothing.
        try? syncOptions?.setOption(.autoRead, value: isOn)
    }
}
