import Testing

@testable import MCP

/// Bodies that are not one JSON-RPC message every reader understands alike.
enum HostileMessages {
    private static func member(_ text: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"ping","x":"# + text + "}"
    }

    private static func id(_ text: String) -> String {
        #"{"jsonrpc":"2.0","method":"ping","id":"# + text + "}"
    }

    static let all = documents + strings + numbers + duplicates + messages

    static let documents: [Hostile<EnvelopeProblem>] = [
        Hostile("nothing", "", .malformedJSON),
        Hostile("blanks", " \r\n\t", .malformedJSON),
        Hostile("byte order mark", "\u{FEFF}{}", .malformedJSON),
        Hostile("unclosed object", "{", .malformedJSON),
        Hostile("unclosed array", "[1", .malformedJSON),
        Hostile("wrong closing", "{]", .malformedJSON),
        Hostile("array closed as object", "[1}", .malformedJSON),
        Hostile("trailing comma in object", #"{"a":1,}"#, .malformedJSON),
        Hostile("trailing comma in array", member("[1,]"), .malformedJSON),
        Hostile("leading comma", member("[,1]"), .malformedJSON),
        Hostile("two commas", member("[1,,2]"), .malformedJSON),
        Hostile("no colon", #"{"a" 1}"#, .malformedJSON),
        Hostile("no value", #"{"a":}"#, .malformedJSON),
        Hostile("no comma", #"{"a":1 "b":2}"#, .malformedJSON),
        Hostile("unquoted key", "{a:1}", .malformedJSON),
        Hostile("single quotes", "{'a':1}", .malformedJSON),
        Hostile("number as key", "{1:1}", .malformedJSON),
        Hostile("comment", "{/* */}", .malformedJSON),
        Hostile("second document", "{}{}", .malformedJSON),
        Hostile("trailing byte", "{}x", .malformedJSON),
        Hostile("trailing NUL", "{}\0", .malformedJSON),
        Hostile("form feed as blank", "{\u{0C}}", .malformedJSON),
        Hostile("NBSP as blank", "{\u{A0}}", .malformedJSON),
        Hostile("capital literal", member("True"), .malformedJSON),
        Hostile("cut literal", member("tru"), .malformedJSON),
        Hostile("literal with tail", member("nullx"), .malformedJSON),
        Hostile("NaN", member("NaN"), .malformedJSON),
        Hostile("Infinity", member("Infinity"), .malformedJSON),
        Hostile("undefined", member("undefined"), .malformedJSON),
        Hostile("64 levels inside the message", member(nested(64)), .tooDeep),
        Hostile("100000 open brackets", String(repeating: "[", count: 100_000), .tooDeep),
        Hostile("100000 open objects", String(repeating: #"{"a":"#, count: 100_000), .tooDeep),
    ]

    static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    static let strings: [Hostile<EnvelopeProblem>] = [
        Hostile("unclosed string", #"{"a"#, .malformedJSON),
        Hostile("line feed in a string", member("\"a\nb\""), .malformedJSON),
        Hostile("tab in a string", member("\"a\tb\""), .malformedJSON),
        Hostile("NUL in a string", member("\"a\0b\""), .malformedJSON),
        Hostile("unit separator in a long string", member("\"abcdefgh\u{1F}\""), .malformedJSON),
        Hostile("unknown escape", member(#""\x41""#), .malformedJSON),
        Hostile("escaped apostrophe", member(#""\'""#), .malformedJSON),
        Hostile("octal escape", member(#""\012""#), .malformedJSON),
        Hostile("short unicode escape", member(#""\u12""#), .malformedJSON),
        Hostile("unicode escape without digits", member(#""\uZZZZ""#), .malformedJSON),
        Hostile("unicode escape with sign", member(#""\u+123""#), .malformedJSON),
        Hostile("backslash at the end", #"{"a\"#, .malformedJSON),
        Hostile("lone high surrogate", member(#""\ud83d""#), .malformedJSON),
        Hostile("lone low surrogate", member(#""\ude00""#), .malformedJSON),
        Hostile("high surrogate and text", member(#""\ud83dabcdef""#), .malformedJSON),
        Hostile("two high surrogates", member(#""\ud83d\ud83d""#), .malformedJSON),
        Hostile("surrogates swapped", member(#""\ude00\ud83d""#), .malformedJSON),
    ]

    /// Byte sequences inside a string that are not UTF-8.
    static let invalidUTF8: [(name: String, bytes: [UInt8])] = [
        ("lone continuation", [0x80]), ("lone start", [0xC3]),
        ("overlong slash in two", [0xC0, 0xAF]), ("overlong in two", [0xC1, 0xBF]),
        ("overlong in three", [0xE0, 0x80, 0xAF]), ("overlong in four", [0xF0, 0x80, 0x80, 0xAF]),
        ("surrogate D800", [0xED, 0xA0, 0x80]), ("surrogate DFFF", [0xED, 0xBF, 0xBF]),
        ("above U+10FFFF", [0xF4, 0x90, 0x80, 0x80]), ("start byte F5", [0xF5, 0x80, 0x80, 0x80]),
        ("byte FE", [0xFE]), ("byte FF", [0xFF]), ("cut three", [0xE2, 0x82]),
        ("cut four", [0xF0, 0x9F, 0x98]), ("broken three", [0xE2, 0x28, 0xA1]),
        ("Latin-1", [0xE9]),
    ]

    static let numbers: [Hostile<EnvelopeProblem>] = [
        Hostile("leading zero", member("01"), .malformedJSON),
        Hostile("negative leading zero", member("-01"), .malformedJSON),
        Hostile("plus", member("+1"), .malformedJSON),
        Hostile("minus alone", member("-"), .malformedJSON),
        Hostile("leading point", member(".5"), .malformedJSON),
        Hostile("trailing point", member("5."), .malformedJSON),
        Hostile("exponent alone", member("5e"), .malformedJSON),
        Hostile("exponent of a sign", member("5e+"), .malformedJSON),
        Hostile("point and exponent", member("5.e1"), .malformedJSON),
        Hostile("hexadecimal", member("0x1F"), .malformedJSON),
        Hostile("grouped", member("1_000"), .malformedJSON),
        Hostile("two points", member("1.2.3"), .malformedJSON),
        Hostile("infinite", member("1e999"), .malformedJSON),
        Hostile("65 digits", member(String(repeating: "1", count: 65)), .malformedJSON),
    ]

    static let duplicates: [Hostile<EnvelopeProblem>] = [
        Hostile(
            "method twice",
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"tools/list"}"#,
            .duplicateMember
        ),
        Hostile(
            "method twice, once escaped",
            #"{"jsonrpc":"2.0","id":1,"method":"a","\u006dethod":"b"}"#,
            .duplicateMember
        ),
        Hostile("both escaped", member(#"{"\u0061b":1,"a\u0062":2}"#), .duplicateMember),
        Hostile("escaped slash", member(#"{"a/b":1,"a\/b":2}"#), .duplicateMember),
        Hostile("surrogate pair and bytes", member(#"{"\ud83d\ude00":1,"😀":2}"#), .duplicateMember),
        Hostile("empty keys", member(#"{"":1,"":2}"#), .duplicateMember),
        Hostile("deep inside", member(#"[[{"a":{"b":1,"c":[],"b":2}}]]"#), .duplicateMember),
        Hostile("after a container", member(#"{"a":{"x":1},"b":1,"a":2}"#), .duplicateMember),
        Hostile("in a large object", member(manyKeys(count: 500, repeated: 3)), .duplicateMember),
        Hostile("at its end", member(manyKeys(count: 500, repeated: 499)), .duplicateMember),
        Hostile("the 17th", member(manyKeys(count: 17, repeated: 0)), .duplicateMember),
        Hostile("the 16th", member(manyKeys(count: 16, repeated: 0)), .duplicateMember),
    ]

    /// An object of `count` keys and, at its end, one of them again.
    static func manyKeys(count: Int, repeated: Int?) -> String {
        var keys = (0..<count).map { "\"key\($0)\":{}" }
        if let repeated { keys.append("\"key\(repeated)\":1") }
        return "{" + keys.joined(separator: ",") + "}"
    }

    static let messages: [Hostile<EnvelopeProblem>] = [
        Hostile("batch", #"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, .batch),
        Hostile("empty batch", "[]", .batch),
        Hostile("string", #""ping""#, .notAnObject),
        Hostile("number", "1", .notAnObject),
        Hostile("null", "null", .notAnObject),
        Hostile("empty object", "{}", .badVersion),
        Hostile("version 1.0", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, .badVersion),
        Hostile("version as number", #"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, .badVersion),
        Hostile("version with tail", #"{"jsonrpc":"2.00","id":1,"method":"ping"}"#, .badVersion),
        Hostile("null id", id("null"), .badID),
        Hostile("fractional id", id("1.5"), .badID),
        Hostile("whole fraction as id", id("1.0"), .badID),
        Hostile("exponent as id", id("1e2"), .badID),
        Hostile("minus zero as id", id("-0"), .badID),
        Hostile("id beyond 64 bits", id("9223372036854775808"), .badID),
        Hostile("boolean id", id("true"), .badID),
        Hostile("object id", id("{}"), .badID),
        Hostile("array id", id("[1]"), .badID),
        Hostile("endless id", id("\"" + String(repeating: "a", count: 300) + "\""), .badID),
        Hostile("no method", #"{"jsonrpc":"2.0","id":1}"#, .missingMethod),
        Hostile("method as number", #"{"jsonrpc":"2.0","id":1,"method":1}"#, .badMethod),
        Hostile("null method", #"{"jsonrpc":"2.0","id":1,"method":null}"#, .badMethod),
        Hostile("empty method", #"{"jsonrpc":"2.0","id":1,"method":""}"#, .badMethod),
        Hostile(
            "params as array",
            #"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
            .badParameters
        ),
        Hostile(
            "null params",
            #"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#,
            .badParameters
        ),
        Hostile(
            "metadata as string",
            #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":"x"}}"#,
            .badMetadata
        ),
        Hostile(
            "method and result",
            #"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#,
            .badResponse
        ),
        Hostile(
            "result and error",
            #"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#,
            .badResponse
        ),
        Hostile("result without id", #"{"jsonrpc":"2.0","result":{}}"#, .badResponse),
        Hostile("error as string", #"{"jsonrpc":"2.0","id":1,"error":"x"}"#, .badResponse),
    ]
}
