/// A text that must not be seen by accident: prints, describes and reflects as `•••`.
///
/// Encodes as its real value, because showing it once is what `IssuedKey` is for; nothing else
/// may hold one that is encoded.
package struct Secret: Hashable, Sendable, Codable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// Hands the text out; the call site answers for where it goes.
    package func revealed() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
