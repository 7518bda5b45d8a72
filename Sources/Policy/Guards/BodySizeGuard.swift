/// Refuses bodies above a bound, as early as their size can be known.
package struct BodySizeGuard: Sendable {
    private let bytesMax: Int

    package init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Asks before the body: a declared length that is too large need not be read.
    ///
    /// `declared` is `Content-Length`, or nil for a chunked body.
    package func ruling(declared: Int?) -> Ruling {
        ruling(received: declared ?? 0)
    }

    /// Asks after every piece; `received` counts the body so far, without chunk framing.
    package func ruling(received: Int) -> Ruling {
        guard received < 0 || received > bytesMax else { return .allow }
        return .deny(
            CallDenial(
                status: 413,
                code: .bodyTooLarge,
                clientMessage: "The body is larger than this server accepts"
            )
        )
    }
}
