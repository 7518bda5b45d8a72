/// Keeps characters that draw nothing, or act on a terminal, out of text for events.
enum PrintableText {
    /// Characters of an event's detail.
    private static let detailLengthMax = 200

    /// `text` with every such character replaced, cut to what an event may hold.
    static func detail(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(detailLengthMax) {
            kept.append(isPrintable(scalar) ? scalar : "\u{FFFD}")
        }
        return String(kept)
    }

    static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(isPrintable)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default:
            !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
