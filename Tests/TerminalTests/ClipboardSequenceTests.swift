import Testing

@testable import Terminal

struct ClipboardSequenceTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("é\u{1B}", "w6kb"),
    ])
    func `encodes as RFC 4648 says`(text: String, encoded: String) {
        #expect(ClipboardSequence.base64(Array(text.utf8)) == encoded)
    }

    @Test func `sends one sequence, and a second that tmux passes through`() {
        #expect(
            ClipboardSequence.sequences(for: "foo", isInsideTmux: false)
                == ["\u{1B}]52;c;Zm9v\u{7}"]
        )
        #expect(
            ClipboardSequence.sequences(for: "foo", isInsideTmux: true).last
                == "\u{1B}Ptmux;\u{1B}\u{1B}]52;c;Zm9v\u{7}\u{1B}\\"
        )
    }

    @Test func `text cannot end the sequence early or begin another`() {
        let hostile = "\u{7}\u{1B}\\\u{1B}]0;title\u{7}"
        let sequence = ClipboardSequence.sequences(for: hostile, isInsideTmux: false).first ?? ""
        #expect(sequence.unicodeScalars.filter { $0 == "\u{1B}" || $0 == "\u{7}" }.count == 2)
    }

    @Test func `sends nothing when the text is too long`() {
        let long = String(repeating: "a", count: ClipboardSequence.textBytesMax + 1)
        #expect(ClipboardSequence.sequences(for: long, isInsideTmux: false).isEmpty)
    }
}
