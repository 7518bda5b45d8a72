/// The one choke point between text from the network and a cell or a line of a log.
///
/// A scalar that could steer a terminal, reorder a line or forge a second one is replaced by
/// U+FFFD, one for one, so that an attempt stays visible; a scalar that takes no column of its
/// own is dropped. What is left is one scalar per cell.
package enum SafeText {
    /// Stands for a scalar that was taken out.
    package static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// Text that can do no harm on a terminal or in a log.
    package static func neutralized(_ text: String) -> String {
        if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return text }
        var safe = String.UnicodeScalarView()
        forEachColumn(of: text) { scalar, _ in safe.append(scalar) }
        return String(safe)
    }

    /// Bytes as text; whatever is not strict UTF-8, overlong forms included, becomes U+FFFD.
    package static func neutralized(bytes: some Collection<UInt8>) -> String {
        neutralized(String(decoding: bytes, as: UTF8.self))
    }

    /// Columns that the text takes once neutralised.
    package static func width(of text: String) -> Int {
        var columns = 0
        forEachColumn(of: text) { _, width in columns += width }
        return columns
    }

    /// The text in exactly `columns` columns: cut with an ellipsis or filled with spaces.
    package static func fitted(
        _ text: String,
        to columns: Int,
        alignment: TextAlignment = .leading,
        glyphs: Glyphs = .unicode
    ) -> String {
        let shortened = truncated(text, to: columns, glyphs: glyphs)
        let padding = String(repeating: " ", count: max(columns - width(of: shortened), 0))
        return alignment == .leading ? shortened + padding : padding + shortened
    }

    /// The text in at most `columns` columns, with an ellipsis where something was cut.
    package static func truncated(
        _ text: String,
        to columns: Int,
        glyphs: Glyphs = .unicode
    ) -> String {
        guard columns > 0 else { return "" }
        var kept = String.UnicodeScalarView()
        var ellipsisEnd = kept
        var used = 0
        var isCut = false
        forEachColumn(of: text) { scalar, width in
            if isCut { return }
            guard used + width <= columns else {
                isCut = true
                return
            }
            kept.append(scalar)
            used += width
            if used < columns { ellipsisEnd = kept }
        }
        return isCut ? String(ellipsisEnd) + glyphs.ellipsis : String(kept)
    }

    /// Calls `body` for every scalar that reaches the screen, with the columns it takes.
    static func forEachColumn(
        of text: String,
        _ body: (_ scalar: Unicode.Scalar, _ width: Int) -> Void
    ) {
        for scalar in text.unicodeScalars {
            switch fate(of: scalar) {
            case .kept(let width): body(scalar, width)
            case .replaced: body(replacement, 1)
            case .dropped: break
            }
        }
    }

    /// Whether the scalar reaches the screen as it is.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if case .kept = fate(of: scalar) { return true }
        return false
    }

    private enum Fate {
        case kept(width: Int)
        case replaced
        case dropped
    }

    private static func fate(of scalar: Unicode.Scalar) -> Fate {
        if 0x20...0x7E ~= scalar.value { return .kept(width: 1) }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
            return .replaced
        case .format:
            return joiners.contains(scalar) ? .dropped : .replaced
        case .nonspacingMark, .enclosingMark:
            return .dropped
        default:
            if isConjoiningJamo(scalar) { return .dropped }
            return .kept(width: ScalarWidth.columns(of: scalar))
        }
    }

    /// Format characters of honest text: soft hyphen and the two joiners, which only shape glyphs.
    private static let joiners: Set<Unicode.Scalar> = ["\u{AD}", "\u{200C}", "\u{200D}"]

    /// Vowels and finals that a terminal merges into the syllable before them.
    private static func isConjoiningJamo(_ scalar: Unicode.Scalar) -> Bool {
        0x1160...0x11FF ~= scalar.value || 0xD7B0...0xD7FF ~= scalar.value
    }
}

/// On which side of its field a text stands.
package enum TextAlignment: Sendable {
    case leading
    case trailing
}
