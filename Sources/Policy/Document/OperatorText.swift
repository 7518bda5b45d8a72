/// Rules for words that operators type and terminals show.
enum OperatorText {
    /// What is wrong with `text`, as the end of a sentence; nil when it is fine.
    ///
    /// The bounds of `length` are in Unicode scalars.
    static func problem(_ text: String, length: ClosedRange<Int>) -> String? {
        let count = text.unicodeScalars.count
        guard length.contains(count) else {
            return "must have \(length.lowerBound)…\(length.upperBound) characters, not \(count)"
        }
        guard text.unicodeScalars.allSatisfy(isPrintable) else {
            return "must be printable text, without control, invisible or direction characters"
        }
        guard text.unicodeScalars.first != " ", text.unicodeScalars.last != " " else {
            return "must not begin or end with a space"
        }
        return nil
    }

    /// Whether a terminal shows it as itself: no controls, formats, separators, private or
    /// unassigned characters, and none of the letters that draw nothing.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        case .spaceSeparator:
            scalar == " "
        default:
            !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
