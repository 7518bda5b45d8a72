/// What a text holds that a reader does not see, or sees as something else.
package struct TextFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Control characters other than tabs and line ends.
    package static let control = TextFlags(rawValue: 1)
    /// Characters that change the direction in which text is shown.
    package static let bidirectional = TextFlags(rawValue: 2)
    /// Characters without any shape of their own.
    package static let invisible = TextFlags(rawValue: 4)
    /// Unicode's tag characters, which spell out hidden ASCII.
    package static let tags = TextFlags(rawValue: 8)
    /// A name of more than ASCII letters, digits, `_`, `-`, `.` and `/`, which could look like
    /// another.
    package static let unusualName = TextFlags(rawValue: 16)

    private static let words: [(flag: TextFlags, word: String)] = [
        (.control, "control characters"), (.bidirectional, "direction overrides"),
        (.invisible, "invisible characters"), (.tags, "hidden tag characters"),
        (.unusualName, "unusual name"),
    ]

    /// For people, such as `invisible characters`.
    package var descriptions: [String] {
        Self.words.filter { contains($0.flag) }.map(\.word)
    }

    package init(of text: String) {
        self = []
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            formUnion(Self.flag(of: scalar, after: previous))
            previous = scalar
        }
    }

    /// Of every text in a value, names of members included.
    ///
    /// It recurses, at most as deep as the value was allowed to be.
    init(of value: JSONValue) {
        switch value {
        case .string(let text): self.init(of: text)
        case .array(let elements):
            self = elements.reduce(into: []) { $0.formUnion(TextFlags(of: $1)) }
        case .object(let members):
            self = members.reduce(into: []) {
                $0.formUnion(TextFlags(of: $1.key))
                $0.formUnion(TextFlags(of: $1.value))
            }
        case .null, .bool, .integer, .number: self = []
        }
    }

    /// Of a name, which may hold less than other texts.
    init(name: String) {
        self.init(of: name)
        let isUsual = name.utf8.allSatisfy {
            ASCII.isDigit($0) || ASCII.folded($0) &- 0x61 < 26 || "_-./".utf8.contains($0)
        }
        if !isUsual || name.isEmpty { insert(.unusualName) }
    }

    static func flag(of scalar: Unicode.Scalar, after previous: Unicode.Scalar) -> TextFlags {
        switch scalar.value {
        case 0x20...0x7E, 0x09, 0x0A, 0x0D: []
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029: .control
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: .bidirectional
        // Emoji are joined by it.
        case 0x200D where previous.properties.isEmoji || previous.value == 0xFE0F: []
        case 0xFE0F: []
        case 0xE0000...0xE007F: .tags
        case 0xE0100...0xE01EF: .invisible
        default: scalar.properties.isDefaultIgnorableCodePoint ? .invisible : []
        }
    }
}

/// Text from a server, made safe to show and honest about what it holds.
package enum VisibleText {
    /// Every character that `TextFlags` would flag becomes its number, such as `\u{202E}`.
    ///
    /// Tabs and line ends too: what is returned is one line.
    ///
    /// - Parameters:
    ///   - text: As the server sent it.
    ///   - lengthMax: Scalars of `text` that are kept; an ellipsis stands for the rest.
    /// - Returns: One line that can do no harm on a terminal or in a log.
    package static func line(_ text: String, lengthMax: Int = 200) -> String {
        var output = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == lengthMax {
                output.append("…")
                break
            }
            let isPlain =
                scalar.value >= 0x20
                && TextFlags.flag(of: scalar, after: previous).isEmpty
            if isPlain {
                output.append(scalar)
            } else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                output.append(contentsOf: "\\u{\(number)}".unicodeScalars)
            }
            previous = scalar
        }
        return String(output)
    }
}
