/// How much of a message head is read before it is refused.
package struct HeadLimits: Sendable {
    /// The whole head, with the empty line that ends it.
    package let headBytesMax: Int
    /// At most 255.
    package let fieldCountMax: Int
    package let targetBytesMax: Int

    package init(headBytesMax: Int = 16_384, fieldCountMax: Int = 64, targetBytesMax: Int = 2_048) {
        self.headBytesMax = headBytesMax
        self.fieldCountMax = min(fieldCountMax, 255)
        self.targetBytesMax = targetBytesMax
    }
}

/// What a parser makes of the bytes so far.
package enum Parse<Value: Sendable>: Sendable {
    /// A sound beginning; more bytes are needed.
    case incomplete
    case complete(Value)
    /// Never to be read as anything; the connection must be closed after the answer.
    case refused(HTTPProblem)
}

extension Parse: Equatable where Value: Equatable {}
