import Testing

@testable import Terminal

/// What terminals answer to a question about their background.
@Suite struct TerminalAnswersTests {
    private static let now = ContinuousClock.now
    private static let dark = InputEvent.background(RGBColor(number: 0x1E_1E_2E))

    private func asked() -> KeyDecoder {
        var decoder = KeyDecoder()
        decoder.expectAnswers(since: Self.now)
        return decoder
    }

    private func events(
        _ decoder: inout KeyDecoder,
        _ text: String,
        after delay: Duration = .zero
    ) -> [InputEvent] {
        decoder.events(
            from: text.unicodeScalars.map { .scalar($0) },
            at: Self.now.advanced(by: delay)
        )
    }

    @Test(arguments: [
        "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\", "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{7}",
        "\u{1B}]11;rgb:1e/1e/2e\u{1B}\\", "\u{1B}]11;rgba:1e1e/1e1e/2e2e/ffff\u{7}",
        "\u{1B}]11;rgb:1E1E/1E1E/2E2E\u{9C}",
    ])
    func `an answer is the background, in every form that terminals write`(text: String) {
        var decoder = asked()
        #expect(events(&decoder, text) == [Self.dark])
    }

    @Test func `an answer cut in two at any place is one answer and no key`() {
        let answer = "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\\u{1B}[?62;22c"
        for place in 2..<answer.unicodeScalars.count {
            var decoder = asked()
            let scalars = Array(answer.unicodeScalars)
            let parts = [scalars[..<place], scalars[place...]].map { part in
                decoder.events(from: part.map { .scalar($0) }, at: Self.now)
            }
            let all = parts.flatMap { $0 }.filter { $0 != .key(.escape) }
            #expect(all == [Self.dark], "cut before \(place)")
        }
    }

    @Test func `an answer cut off behind its escape closes a dialog at worst`() {
        var decoder = asked()
        #expect(events(&decoder, "\u{1B}") == [.key(.escape)])
        #expect(
            events(&decoder, "]11;rgb:1e1e/1e1e/2e2e\u{7}q") == [
                Self.dark, .key(.character("q")),
            ]
        )
    }

    @Test(arguments: [Duration.seconds(3), .seconds(600)])
    func `an answer that comes too late is no key and changes nothing`(delay: Duration) {
        var decoder = asked()
        let found = events(&decoder, "\u{1B}]11;rgb:1e/1e/2e\u{7}q", after: delay)
        #expect(found == [.key(.character("q"))])
    }

    @Test func `what nobody asked for changes nothing`() {
        var decoder = KeyDecoder()
        #expect(events(&decoder, "\u{1B}]11;rgb:1e/1e/2e\u{7}").isEmpty)
    }

    @Test func `the second answer, and any after the last question's, change nothing`() {
        var decoder = asked()
        _ = events(&decoder, "\u{1B}]11;rgb:1e/1e/2e\u{7}")
        #expect(events(&decoder, "\u{1B}]11;rgb:ff/ff/ff\u{7}").isEmpty)
        var mute = asked()
        #expect(events(&mute, "\u{1B}[?1;2c\u{1B}]11;rgb:ff/ff/ff\u{7}").isEmpty)
    }

    @Test(arguments: [
        "\u{1B}]11;\u{7}", "\u{1B}]11;rgb:\u{7}", "\u{1B}]11;rgb:1/2\u{7}",
        "\u{1B}]11;rgb:1/2/3/4/5\u{7}", "\u{1B}]11;rgb:12345/0/0\u{7}",
        "\u{1B}]11;rgb:+1/-1/0\u{7}", "\u{1B}]11;rgb:zz/0/0\u{7}", "\u{1B}]11;red\u{7}",
        "\u{1B}]10;rgb:0/0/0\u{7}", "\u{1B}]52;c;cXVpdA==\u{7}", "\u{1B}]\u{7}",
        "\u{1B}]11;rgb:０/0/0\u{7}",
        "\u{1B}]11;rgb:1/1/1\u{1B}\\"
            .replacing("11;", with: "111;"),
    ])
    func `a wrong answer is no background and no key`(text: String) {
        var decoder = asked()
        #expect(events(&decoder, text).isEmpty)
    }

    @Test func `Enter ends an answer that has lost its end, and is a key`() {
        var decoder = asked()
        #expect(events(&decoder, "\u{1B}]11;rgb\rq") == [.key(.enter), .key(.character("q"))])
    }

    @Test func `an endless answer is given up`() {
        var decoder = asked()
        _ = events(&decoder, "\u{1B}]" + String(repeating: "x", count: 10_000))
        #expect(events(&decoder, "q") == [.key(.character("q"))])
    }

    @Test func `an escape that begins another sequence ends an answer`() {
        var decoder = asked()
        #expect(events(&decoder, "\u{1B}]11;rgb:0\u{1B}[A") == [.key(.up)])
    }

    @Test(arguments: [
        (0x00_00_00, false), (0x28_2A_36, false), (0x58_6E_75, false), (0xFD_F6_E3, true),
        (0xFF_FF_FF, true), (0x80_80_80, true),
    ])
    func `knows light from dark`(color: UInt32, isLight: Bool) {
        #expect(RGBColor(number: color).isLight == isLight)
    }
}

@Suite struct GlyphsTests {
    @Test(arguments: [
        ("UTF-8", "xterm", Glyphs.unicode), ("utf8", "tmux-256color", .unicode),
        ("UTF-8", "linux", .ascii), ("ANSI_X3.4-1968", "xterm", .ascii), ("", "xterm", .ascii),
        ("ISO-8859-1", "xterm", .ascii),
    ])
    func `takes the richest alphabet that a terminal shows`(
        codeset: String,
        terminal: String,
        glyphs: Glyphs
    ) {
        #expect(Glyphs(codeset: codeset, terminal: terminal) == glyphs)
    }
}
