import Testing

@testable import MCP

@Suite struct JSONValueTests {
    @Test func `keeps members in order and numbers by kind`() throws {
        let value = try parse(#" {"b":[1,-2.5,1e2,true,null],"a":{"x":"\n\u00e9"}} "#)
        let expected: JSONValue = [
            "b": [1, .number(-2.5), .number(100), true, .null],
            "a": ["x": "\n\u{E9}"],
        ]
        #expect(value == expected)
        #expect(value["a"]?["x"]?.string == "\u{A}\u{E9}")
        #expect(value["b"]?.elements?.first?.integer == 1)
        #expect(value["c"] == nil)
    }

    @Test func `reads an integer beyond 64 bits as a number`() throws {
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("-9223372036854775808") == .integer(.min))
        #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    }

    @Test func `writes what it reads back as the same value`() throws {
        let value: JSONValue = [
            "text": "quote \" backslash \\ line \n return \r tab \t bell \u{7} é 😀",
            "numbers": [0, -1, .number(0.1), .number(1e300), .integer(.min)],
            "empty": [:], "list": [], "flag": false, "nothing": .null,
        ]
        #expect(try JSONValue.parse(value.serialized()) == value)
    }

    @Test func `writes without white space`() {
        let value: JSONValue = ["a": [1, true, .null], "b": "x\u{1}"]
        #expect(
            String(decoding: value.serialized(), as: UTF8.self)
                == #"{"a":[1,true,null],"b":"x\u0001"}"#
        )
    }

    @Test func `writes a number that is not finite as null`() {
        #expect(JSONValue.number(.infinity).serialized() == Array("null".utf8))
    }

    @Test(arguments: [
        (#"{"a":1,"\u0061":2}"#, JSONProblem.duplicateMember),
        ("[1,]", .malformed), ("", .malformed), ("{} {}", .malformed), ("01", .malformed),
        ("1e999", .malformed), (#""\ud800""#, .malformed), ("\u{FEFF}1", .malformed),
        (HostileMessages.nested(65), .tooDeep),
    ])
    func `refuses a document that is not strict`(text: String, problem: JSONProblem) {
        #expect(throws: problem) { try parse(text) }
    }

    @Test func `does not take canonically equivalent text for equal`() {
        #expect(JSONValue.string("caf\u{E9}") != .string("cafe\u{301}"))
        #expect(JSONValue.object([JSONMember("\u{E9}", 1)])["e\u{301}"] == nil)
    }

    private func parse(_ text: String) throws(JSONProblem) -> JSONValue {
        try JSONValue.parse(Array(text.utf8))
    }
}
