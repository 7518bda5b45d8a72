import NIOHTTP2

/// What one HTTP/2 connection may ask of the gateway.
///
/// The windows bound what a client can make the gateway hold: one connection window of request
/// bytes that no stream has taken, and `waitingBytesMax` of an answer that a stream does not read.
enum HTTP2Bounds {
    static let streamsMax = 100
    /// Of one request's fields as they are counted by RFC 9113 section 6.5.2; the head that is
    /// made of them stays within what the parser of HTTP/1.1 allows.
    static let headerListBytesMax = 16_384
    static let windowBytes = 65_535
    static let waitingBytesMax = 16_384
    /// Faults of a client's frames; well-meant clients have none.
    static let glitchesMax = 20
    /// RST_STREAM, and PING, SETTINGS and PRIORITY together, each in 30 seconds; a client that
    /// cancels calls resets streams, a client that probes for life pings.
    static let resetsMax = 200
    static let controlFramesMax = 200
    private static let continuationsMax = 5
    private static let unsentControlFramesMax = 1_000

    static var connection: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: streamsMax),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerListBytesMax),
            HTTP2Setting(parameter: .initialWindowSize, value: windowBytes),
        ]
        configuration.targetWindowSize = windowBytes
        configuration.maximumSequentialContinuationFrames = continuationsMax
        configuration.maximumBufferedControlFrames = unsentControlFramesMax
        configuration.maximumConnectionGlitches = glitchesMax
        configuration.controlFrameRateLimit.maximumCount = controlFramesMax
        return configuration
    }

    static var stream: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = windowBytes
        configuration.outboundBufferSizeHighWatermark = waitingBytesMax
        configuration.outboundBufferSizeLowWatermark = waitingBytesMax / 2
        configuration.streamResetFrameRateLimit.maximumCount = resetsMax
        configuration.streamErrorRateLimit.maximumCount = glitchesMax
        return configuration
    }
}
