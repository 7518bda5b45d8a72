import NIOCore
import Policy
import Testing

@testable import Gateway

/// The small decisions around a child, without one.
@Suite struct ChildPartsTests {
    private static let start = MonotonicTime(nanoseconds: 5_000_000_000)

    private static func lines(_ pieces: [String], bytesMax: Int = 16) -> [LineReader.Step] {
        var reader = LineReader(bytesMax: bytesMax)
        var steps: [LineReader.Step] = []
        for piece in pieces {
            reader.receive(ByteBuffer(string: piece))
            while true {
                let step = reader.next()
                steps.append(step)
                if step == .needMore || step == .tooLong { break }
            }
        }
        return steps
    }

    @Test(arguments: [
        ("whole", ["a\nb\n"], ["a", "b"]), ("in pieces", ["a", "b", "c\nd", "\n"], ["abc", "d"]),
        ("blank lines", ["\n\r\n \t\na\n\n"], ["a"]), ("unfinished", ["a\nb"], ["a"]),
        ("at the bound", ["0123456789abcdef\n"], ["0123456789abcdef"]),
    ])
    func `lines come out whole, however they come in`(
        name: String,
        pieces: [String],
        expected: [String]
    ) {
        let found = Self.lines(pieces).compactMap { step -> String? in
            if case .line(let line) = step { String(buffer: line) } else { nil }
        }
        #expect(found == expected, "\(name)")
    }

    @Test(arguments: [
        ["0123456789abcdefg\n"], ["0123456789", "abcdefg"], ["a\n0123456789abcdefg"],
    ])
    func `a line that is too long is the end`(pieces: [String]) {
        #expect(Self.lines(pieces).last == .tooLong)
    }

    @Test func `an ending asks after a while and kills after another`() {
        var ending = ChildEnding(at: Self.start)
        let asked = Self.start.advanced(bySeconds: ChildEnding.politeSeconds)
        let killed = asked.advanced(bySeconds: ChildEnding.askedSeconds)
        #expect(ending.step(at: Self.start) == .wait)
        #expect(ending.step(at: asked) == .ask)
        #expect(ending.step(at: asked) == .wait)
        #expect(ending.step(at: killed) == .kill)
        #expect(ending.step(at: killed.advanced(bySeconds: 3600)) == .wait)
    }

    @Test func `a flood of log lines is counted instead of written`() {
        var pace = LinePace(perSecondMax: 2)
        let results = (0..<5).map { _ in pace.take(at: Self.start) }
        #expect(results == [0, 0, nil, nil, nil])
        #expect(pace.take(at: Self.start.advanced(bySeconds: 1)) == 3)
    }

    @Test(arguments: [
        ("an escape", "\u{1B}[2J", "\u{FFFD}[2J"), ("a line end", "a\rb", "a\u{FFFD}b"),
        ("a bidi override", "a\u{202E}b", "a\u{FFFD}b"), ("plain words", "hällo 世界", "hällo 世界"),
        ("an invisible tag", "a\u{E0041}b", "a\u{FFFD}b"),
    ])
    func `what a child writes steers no terminal`(name: String, text: String, safe: String) {
        #expect(ChildText.neutralized(Array(text.utf8)) == safe, "\(name)")
    }

    @Test(arguments: ["PATH", "LD_PRELOAD", "token", "A=B", "1A", "", "A B"])
    func `a credential cannot become a variable that steers the child`(name: String) {
        let variables = ChildEnvironment.variables(
            credential: (name, Secret("x")),
            reading: { "\($0)-value" }
        )
        #expect(variables == ["PATH=PATH-value", "HOME=HOME-value", "LANG=LANG-value"])
    }

    @Test func `bytes that wait are counted, and one message alone is always let through`() {
        let tally = ByteTally()
        #expect(tally.admit(100, atMost: 10))
        #expect(!tally.admit(1, atMost: 10))
        #expect(tally.admit(0, atMost: 10))
        tally.remove(100)
        #expect(tally.admit(1, atMost: 10))
    }
}
