import MCP

/// Whoever waits for an upstream's response, on the same event loop.
///
/// After `upstreamEnded` or `upstreamFailed` nothing more comes.
protocol UpstreamReceiver: AnyObject {
    func upstreamResponded(_ head: ResponseHead, framing: BodyFraming, bytes: RawSpan)
    /// A piece of the body, without its framing.
    func upstreamSent(_ body: RawSpan)
    /// No more bytes are at hand: what was handed over must go out now.
    func upstreamPaused()
    func upstreamEnded()
    func upstreamFailed(_ failure: UpstreamFailure)
}
