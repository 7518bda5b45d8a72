import Testing

@testable import MCP

/// What servers write to their standard output, and what is written to their input.
@Suite struct StdioMessageTests {
    private static func read(_ text: String) -> StdioMessage? {
        StdioMessage(Array(text.utf8).span.bytes)
    }

    private static func text(_ range: Range<Int>?, of text: String) -> String? {
        range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
    }

    @Test(arguments: [
        ("no JSON", "Loading…"), ("a batch", "[]"), ("a scalar", "null"), ("half an object", "{"),
        ("no version", #"{"id":1,"result":{}}"#),
        ("another version", #"{"jsonrpc":"1.0","id":1,"result":{}}"#),
        ("neither method nor outcome", #"{"jsonrpc":"2.0","id":1}"#),
        ("result and error", #"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#),
        ("method and result", #"{"jsonrpc":"2.0","id":1,"method":"m","result":{}}"#),
        ("a response without id", #"{"jsonrpc":"2.0","result":{}}"#),
        ("an id that is null", #"{"jsonrpc":"2.0","id":null,"result":{}}"#),
        ("an id that is an object", #"{"jsonrpc":"2.0","id":{},"result":{}}"#),
        ("two ids", #"{"jsonrpc":"2.0","id":1,"\u0069d":2,"result":{}}"#),
        ("a method that is a number", #"{"jsonrpc":"2.0","method":1}"#),
        ("an error that is a text", #"{"jsonrpc":"2.0","id":1,"error":"no"}"#),
        ("something behind it", #"{"jsonrpc":"2.0","method":"m"} x"#),
    ])
    func `is no message`(name: String, line: String) {
        #expect(Self.read(line) == nil, "\(name)")
    }

    @Test func `a response tells its id, its error and the subscription that it ends`() throws {
        let line =
            #"{"jsonrpc":"2.0","id":7,"result":{"_meta":"#
            + #"{"io.modelcontextprotocol/subscriptionId":"s"}}}"#
        let message = try #require(Self.read(line))
        #expect(message.kind == .response)
        #expect(Self.text(message.id, of: line) == "7")
        #expect(Self.text(message.subscriptionID, of: line) == #""s""#)
        let error = try #require(
            Self.read(#"{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no"}}"#)
        )
        #expect(error.isError)
        #expect(error.errorCode == -32_601)
    }

    @Test func `only the members of params and of the outcome count, wherever they stand`() throws {
        let line =
            #"{"params":{"x":{"progressToken":1,"_meta":{}},"progressToken":"t"},"#
            + #""progressToken":2,"method":"notifications/progress","jsonrpc":"2.0"}"#
        let message = try #require(Self.read(line))
        #expect(message.kind == .notification)
        #expect(Self.text(message.progressToken, of: line) == #""t""#)
        #expect(message.subscriptionID == nil)
    }

    @Test(arguments: [
        ("line feeds", "{\n\"a\":\r\n1}", "{ \"a\":  1}"),
        ("a line separator", "\"a\u{2028}b\"", #""a\u2028b""#),
        ("a paragraph separator", "\"\u{2029}\"", #""\u2029""#),
        ("a next line", "\"\u{85}\"", #""\u0085""#),
        ("neighbours of these", "\"\u{2027}\u{84}€\"", "\"\u{2027}\u{84}€\""),
        ("an escape stays", #""\n""#, #""\n""#),
    ])
    func `a message goes on one line for every reader`(
        name: String,
        message: String,
        line: String
    ) {
        let bytes = StdioLine.bytes(of: Array(message.utf8).span.bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == line, "\(name)")
    }

    @Test func `values are replaced in any order, and one that overlaps is left out`() {
        let message = Array("0123456789".utf8)
        let bytes = StdioLine.bytes(
            of: message.span.bytes,
            replacing: [
                StdioLine.Replacement(7..<8, with: Array("seven".utf8)),
                StdioLine.Replacement(1..<4, with: Array("-".utf8)),
                StdioLine.Replacement(3..<5, with: Array("!".utf8)),
            ]
        )
        #expect(String(decoding: bytes, as: UTF8.self) == "0-456seven89")
    }
}
