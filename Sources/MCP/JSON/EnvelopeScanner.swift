/// Reads a body as one JSON-RPC message.
package struct EnvelopeScanner {
    package static func scan(
        _ bytes: RawSpan,
        limits: MessageLimits = MessageLimits()
    ) -> Result<MessageEnvelope, EnvelopeProblem> {
        .failure(.malformedJSON)
    }
}
