/// One client of the rehearsal: who it is, what it does and how often.
package struct Visitor: Sendable {
    /// What a visitor sends; the words say what the gate should make of it.
    package enum Behaviour: Sendable, Hashable, CaseIterable {
        /// Calls the built-in tools in turn with a valid key.
        case honest
        /// Calls without a key, as a scanner does.
        case keyless
        /// Tries made-up keys.
        case guessing
        /// Comes from a web page of another origin with a valid key.
        case foreignOrigin
        /// Sends as fast as it may, without a key, until it is blocked, and on.
        case flooding
        /// Sends ambiguous or broken HTTP.
        case malformed
        /// Announces a body beyond every limit.
        case oversized
    }

    package var behaviour: Behaviour
    /// A source address in 127.0.0.0/8, so that the gate sees a client of its own.
    package var sourceAddress: String
    /// The pause between two requests, and by how much it may vary either way.
    package var pause: Duration
    package var jitter: Double

    package init(
        behaviour: Behaviour,
        sourceAddress: String,
        pause: Duration,
        jitter: Double = 0.5
    ) {
        self.behaviour = behaviour
        self.sourceAddress = sourceAddress
        self.pause = pause
        self.jitter = jitter
    }

    /// The company of the demo: eight honest clients, seven troublemakers.
    package static let demonstration: [Visitor] =
        (1...8).map { index in
            Visitor(
                behaviour: .honest,
                sourceAddress: "127.0.10.\(index)",
                pause: .milliseconds(30 + 25 * index)
            )
        } + [
            Visitor(behaviour: .keyless, sourceAddress: "127.66.0.1", pause: .milliseconds(1_300)),
            Visitor(behaviour: .keyless, sourceAddress: "127.66.0.2", pause: .milliseconds(900)),
            Visitor(behaviour: .guessing, sourceAddress: "127.66.1.1", pause: .milliseconds(700)),
            Visitor(behaviour: .foreignOrigin, sourceAddress: "127.66.2.1", pause: .seconds(2)),
            Visitor(behaviour: .flooding, sourceAddress: "127.66.3.1", pause: .milliseconds(40)),
            Visitor(behaviour: .malformed, sourceAddress: "127.66.4.1", pause: .seconds(3)),
            Visitor(behaviour: .oversized, sourceAddress: "127.66.5.1", pause: .seconds(4)),
        ]
}
