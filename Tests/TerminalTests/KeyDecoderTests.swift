import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
    private let now = ContinuousClock.now

    private func codes(_ text: String) -> [KeyCode] {
        text.unicodeScalars.map { .scalar($0) }
    }

    private func events(_ text: String) -> [InputEvent] {
        var decoder = KeyDecoder()
        return decoder.events(from: codes(text), at: now)
    }

    @Test(
        arguments: [
            ("q", Key.character("q")), ("日", .character("日")), ("\r", .enter), ("\n", .enter),
            ("\t", .tab), ("\u{7F}", .backspace), ("\u{08}", .backspace), ("\u{1B}", .escape),
            ("\u{03}", .control("c")), ("\u{1A}", .control("z")), ("\u{0}", .control(" ")),
            ("\u{1F}", .control("_")), ("\u{1B}x", .alt("x")), ("\u{1B}[A", .up),
            ("\u{1B}OF", .end), ("\u{1B}[Z", .backTab),
        ]
    )
    func `understands a key`(text: String, key: Key) {
        #expect(events(text) == [.key(key)])
    }

    @Test(
        arguments: [
            "\u{1B}[1;5C", "\u{1B}[?62;22c", "\u{1B}[200", "\u{1B}[<0;3;4M", "\u{1B}OQ",
            "\u{1B}[24;1R", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gq\u{1B}\\", "\u{9B}5n",
            "\u{9D}2;quit\u{7}",
        ]
    )
    func `swallows a sequence it does not know, letters and all`(text: String) {
        #expect(events(text).isEmpty)
    }

    @Test func `keys after a swallowed sequence are keys again`() {
        #expect(events("\u{1B}[1;5Cq") == [.key(.character("q"))])
    }

    @Test func `a sequence that a slow line cuts in two is swallowed whole`() {
        var decoder = KeyDecoder()
        #expect(decoder.events(from: codes("\u{1B}[?62"), at: now).isEmpty)
        #expect(decoder.events(from: codes(";22cq"), at: now) == [.key(.character("q"))])
    }

    @Test func `two escapes are two escapes`() {
        #expect(events("\u{1B}\u{1B}") == [.key(.escape), .key(.escape)])
    }

    @Test func `a paste is one event, however it arrives`() {
        var decoder = KeyDecoder()
        let first = decoder.events(from: [.pasteBegin] + codes("qu"), at: now)
        let second = decoder.events(from: codes("it\rD") + [.pasteEnd] + codes("x"), at: now)
        #expect(first.isEmpty)
        #expect(second == [.paste("quit\nD"), .key(.character("x"))])
    }

    @Test func `an escape inside a paste stays in the paste`() {
        var decoder = KeyDecoder()
        let burst = [.pasteBegin] + codes("a\u{1B}[31mb") + [.pasteEnd]
        let events = decoder.events(from: burst, at: now)
        #expect(events == [.paste("a\u{1B}[31mb")])
    }

    @Test func `a paste whose end was lost does not swallow keys for ever`() {
        var decoder = KeyDecoder()
        let first = decoder.events(from: [.pasteBegin] + codes("ab"), at: now)
        let later = decoder.events(from: codes("q"), at: now + .seconds(2))
        #expect(first.isEmpty)
        #expect(later == [.paste("ab"), .key(.character("q"))])
    }

    @Test func `a paste is bounded`() {
        var decoder = KeyDecoder()
        let flood = Array(repeating: KeyCode.scalar("a"), count: 70_000)
        let events = decoder.events(from: [.pasteBegin] + flood + [.pasteEnd], at: now)
        #expect(events == [.paste(String(repeating: "a", count: KeyDecoder.pasteScalarsMax))])
    }
}
