/// A JSON string inside a document that a scanner has accepted.
package struct TextRange: Equatable, Sendable {
    /// Between the quotes.
    package var bytes: Range<Int>
    /// Whether the bytes hold a backslash and so differ from the text they stand for.
    package var hasEscapes: Bool
}
