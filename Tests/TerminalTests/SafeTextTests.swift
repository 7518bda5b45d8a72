import Testing

@testable import Terminal

/// One hostile text and what may be left of it.
struct HostileText: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var safe: String

    init(_ name: String, _ text: String, _ safe: String) {
        self.init(name, bytes: Array(text.utf8), safe)
    }

    init(_ name: String, bytes: [UInt8], _ safe: String) {
        self.name = name
        self.bytes = bytes
        self.safe = safe
    }

    var testDescription: String { name }

    static let corpus: [HostileText] = [
        HostileText("CSI colour", "a\u{1B}[31mb", "a�[31mb"),
        HostileText("OSC 52 clipboard write", "\u{1B}]52;c;ZXZpbA==\u{07}", "�]52;c;ZXZpbA==�"),
        HostileText("OSC 8 link ended by ST", "\u{1B}]8;;http://x\u{1B}\\t", "�]8;;http://x�\\t"),
        HostileText("DCS passthrough", "\u{1B}Ptmux;\u{1B}\u{1B}]2;x\u{1B}\\", "�Ptmux;��]2;x�\\"),
        HostileText("APC and PM", "\u{1B}_x\u{1B}^y", "�_x�^y"),
        HostileText("C1 CSI as UTF-8", "\u{9B}31m", "�31m"),
        HostileText("C1 OSC as UTF-8", "\u{9D}0;t\u{9C}", "�0;t�"),
        HostileText("C1 CSI as a raw byte", bytes: [0x61, 0x9B, 0x33, 0x31, 0x6D], "a�31m"),
        HostileText("NUL", "a\u{0}b", "a�b"),
        HostileText("CR over the line", "good\revil", "good�evil"),
        HostileText("LF forging a log line", "x\n2026-01-01 ok", "x�2026-01-01 ok"),
        HostileText("CR LF pair", "a\r\nb", "a��b"),
        HostileText("TAB", "a\tb", "a�b"),
        HostileText("backspaces", "abc\u{08}\u{08}x", "abc��x"),
        HostileText("DEL", "a\u{7F}b", "a�b"),
        HostileText("shift out and in", "\u{0E}x\u{0F}", "�x�"),
        HostileText("next line, C1 NEL", "a\u{85}b", "a�b"),
        HostileText("right-to-left override", "gpj\u{202E}exe", "gpj�exe"),
        HostileText("bidi embeddings", "\u{202A}\u{202B}\u{202C}\u{202D}", "����"),
        HostileText("bidi isolates", "\u{2066}\u{2067}\u{2068}\u{2069}", "����"),
        HostileText("left-to-right and Arabic marks", "\u{200E}\u{200F}\u{061C}", "���"),
        HostileText("zero width space", "ad\u{200B}min", "ad�min"),
        HostileText("word joiner and byte order mark", "a\u{2060}b\u{FEFF}", "a�b�"),
        HostileText("zero width joiner", "👨\u{200D}👩", "👨👩"),
        HostileText("tag characters", "a\u{E0041}\u{E007F}", "a��"),
        HostileText("line separator", "a\u{2028}b", "a�b"),
        HostileText("paragraph separator", "a\u{2029}b", "a�b"),
        HostileText("interlinear annotation", "\u{FFF9}x\u{FFFB}", "�x�"),
        HostileText("variation selector", "❤\u{FE0F}", "❤"),
        HostileText("combining marks in kilobytes", "e" + marks(10_000), "e"),
        HostileText("noncharacter", "a\u{FFFF}b\u{10FFFF}", "a�b�"),
        HostileText("overlong slash", bytes: [0x61, 0xC0, 0xAF, 0x62], "a��b"),
        HostileText("overlong escape", bytes: [0xC0, 0x9B, 0x5B], "��["),
        HostileText("encoded surrogate", bytes: [0xED, 0xA0, 0x80], "���"),
        HostileText("cut sequence", bytes: [0x61, 0xE2, 0x82], "a�"),
        HostileText("beyond Unicode", bytes: [0xF5, 0x80, 0x80, 0x80], "����"),
    ]

    private static func marks(_ count: Int) -> String {
        String(repeating: "\u{301}", count: count)
    }
}

@Suite struct SafeTextTests {
    @Test(arguments: HostileText.corpus)
    func `leaves nothing that steers a terminal`(hostile: HostileText) {
        let safe = SafeText.neutralized(bytes: hostile.bytes)
        #expect(Array(safe.unicodeScalars) == Array(hostile.safe.unicodeScalars))
    }

    @Test(arguments: HostileText.corpus)
    func `reaches a frame in its harmless form only`(hostile: HostileText) {
        var frame = Frame(size: TerminalSize(columns: 60, rows: 1))
        frame.write(String(decoding: hostile.bytes, as: UTF8.self), column: 0, row: 0)
        #expect(Array(frame.text().unicodeScalars) == Array(hostile.safe.unicodeScalars))
    }

    @Test(arguments: HostileText.corpus)
    func `neutralising a second time changes nothing`(hostile: HostileText) {
        let once = SafeText.neutralized(bytes: hostile.bytes)
        #expect(Array(SafeText.neutralized(once).utf8) == Array(once.utf8))
    }

    @Test func `passes every scalar or replaces it, and never passes a control`() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), SafeText.isPrintable(scalar) else { continue }
            let category = scalar.properties.generalCategory
            let isControl = category == .control || category == .format
            if isControl || value < 0x20 || 0x7F...0x9F ~= value {
                Issue.record("U+\(String(value, radix: 16)) passed")
            }
        }
        #expect(SafeText.isPrintable("a"))
    }

    @Test(
        arguments: [
            ("a", 1), ("é", 1), ("日本", 4), ("한", 2), ("Ａ", 2), ("🚀", 2), ("✓", 1), ("│", 1),
            ("§", 1), ("e\u{301}", 1), ("\u{1100}\u{1161}", 2), ("👨\u{200D}👩", 4), ("", 0),
            ("a\u{1B}b", 3), ("⌚", 2), ("☃", 1), ("\u{3000}", 2), ("\u{20000}", 2),
        ]
    )
    func `measures in columns`(text: String, columns: Int) {
        #expect(SafeText.width(of: text) == columns)
    }

    @Test(
        arguments: [
            ("gateway", 7, "gateway"), ("gateway", 4, "gat…"), ("gateway", 1, "…"),
            ("gateway", 0, ""), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本", 4, "日本"),
            ("", 3, ""),
        ]
    )
    func `cuts with an ellipsis and never through a wide character`(
        text: String,
        columns: Int,
        cut: String
    ) {
        #expect(SafeText.truncated(text, to: columns) == cut)
    }

    @Test(
        arguments: [
            ("ab", TextAlignment.leading, "ab  "), ("ab", .trailing, "  ab"),
            ("日本語", .leading, "日… "), ("日本語", .trailing, " 日…"),
        ]
    )
    func `fits into exactly the columns asked for`(
        text: String,
        alignment: TextAlignment,
        fitted: String
    ) {
        #expect(SafeText.fitted(text, to: 4, alignment: alignment) == fitted)
    }
}
