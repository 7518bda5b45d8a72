import Testing

@testable import MCP

@Suite struct EnvelopeScannerTests {
    @Test(arguments: HostileMessages.all)
    func `refuses every hostile body for what is wrong with it`(input: Hostile<EnvelopeProblem>) {
        #expect(Feeding.envelope(input.text).problem == input.problem)
    }

    @Test(arguments: HostileMessages.invalidUTF8.indices)
    func `refuses bytes that are not UTF-8, in values and in keys`(index: Int) {
        let invalid = HostileMessages.invalidUTF8[index]
        let value = Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + invalid.bytes
        let key = Array(#"{"jsonrpc":"2.0","id":1,"method":"ping",""#.utf8) + invalid.bytes
        let name = invalid.name
        #expect(Feeding.envelope(value + Array(#""}"#.utf8)).problem == .malformedJSON, "\(name)")
        #expect(Feeding.envelope(key + Array(#"":1}"#.utf8)).problem == .malformedJSON, "\(name)")
        let padded = Array(#"{"jsonrpc":"2.0","id":1,"method":"abcdefgh"#.utf8) + invalid.bytes
        #expect(Feeding.envelope(padded + Array(#"ijklmnop"}"#.utf8)).problem == .malformedJSON)
    }

    @Test(arguments: [
        "é", "€", "😀", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\u{D7FF}",
    ])
    func `accepts UTF-8 of every length`(text: String) throws {
        let body = #"{"jsonrpc":"2.0","id":1,"method":""# + text + #""}"#
        let envelope = try #require(Feeding.envelope(body).value)
        #expect(envelope.method?.text(in: Array(body.utf8).span.bytes) == text)
    }

    @Test func `finds the parts of a tool call in any order`() throws {
        let body = """
            { "params" : {"_meta":{"progressToken":"p1",
              "io.modelcontextprotocol/clientCapabilities":{"sampling":{}},
              "io.modelcontextprotocol/protocolVersion":"2026-07-28"},
              "arguments":{"name":"inner","text":[1,{"id":9}]},"cursor":"c","name":"echo"},
              "method":"tools/call","id":"a\\"b","jsonrpc":"2.0"}
            """
        let envelope = try #require(Feeding.envelope(body).value)
        let bytes = Array(body.utf8)
        let span = bytes.span.bytes
        #expect(envelope.kind == .request)
        #expect(body.at(envelope.id) == #""a\"b""#)
        #expect(envelope.method?.equals("tools/call", in: span) == true)
        #expect(envelope.name?.text(in: span) == "echo")
        #expect(body.at(envelope.arguments) == #"{"name":"inner","text":[1,{"id":9}]}"#)
        #expect(body.at(envelope.progressToken) == #""p1""#)
        #expect(envelope.cursor?.text(in: span) == "c")
        #expect(envelope.hasMeta && envelope.hasClientCapabilities)
        #expect(envelope.metaProtocolVersion?.text(in: span) == "2026-07-28")
        #expect(!envelope.isInitialize)
    }

    @Test func `reads escaped member names as what they stand for`() throws {
        let body =
            #"{"jsonrpc":"2.0","id":1,"\u006dethod":"tools\/call","params":{"n\u0061me":"\u0065cho"}}"#
        let envelope = try #require(Feeding.envelope(body).value)
        let bytes = Array(body.utf8)
        #expect(envelope.method?.equals("tools/call", in: bytes.span.bytes) == true)
        #expect(envelope.name?.text(in: bytes.span.bytes) == "echo")
    }

    @Test(arguments: [
        (
            #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            MessageEnvelope.Kind.notification
        ),
        (#"{"jsonrpc":"2.0","id":-7,"method":"ping"}"#, .request),
        (#"{"jsonrpc":"2.0","id":9223372036854775807,"method":"ping"}"#, .request),
        (#"{"jsonrpc":"2.0","id":"","method":"ping"}"#, .request),
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .response),
        (#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}"#, .response),
    ])
    func `tells requests, notifications and responses apart`(
        body: String,
        kind: MessageEnvelope.Kind
    ) {
        #expect(Feeding.envelope(body).value?.kind == kind)
    }

    @Test(arguments: [
        ("resources/read", #"{"uri":"file:///a","name":"b"}"#, "file:///a"),
        ("resources/read", #"{"name":"b"}"#, nil),
        ("tasks/get", #"{"taskId":"t","name":"b"}"#, "t"),
        ("prompts/get", #"{"uri":"file:///a","name":"b"}"#, "b"),
        ("tools/call", #"{"name":1}"#, nil),
    ])
    func `takes the name from where the method has it`(
        method: String,
        params: String,
        name: String?
    ) throws {
        let body = #"{"jsonrpc":"2.0","id":1,"method":""# + method + #"","params":"# + params + "}"
        let envelope = try #require(Feeding.envelope(body).value)
        let bytes = Array(body.utf8)
        #expect(envelope.name?.text(in: bytes.span.bytes) == name)
    }

    @Test func `knows an initialize and the version it asks for`() throws {
        let body =
            #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
        let envelope = try #require(Feeding.envelope(body).value)
        let bytes = Array(body.utf8)
        #expect(envelope.isInitialize)
        #expect(envelope.initializeVersion?.text(in: bytes.span.bytes) == "2025-11-25")
    }

    @Test func `accepts 63 levels inside the message and the same key in different objects`() {
        let deep = #"{"jsonrpc":"2.0","id":1,"method":"a","x":"# + HostileMessages.nested(63) + "}"
        #expect(Feeding.envelope(deep).value != nil)
        let keys = #"{"jsonrpc":"2.0","id":1,"method":"a","x":[{"a":{"a":1}},{"a":2}],"a":3}"#
        #expect(Feeding.envelope(keys).value != nil)
    }

    @Test(arguments: [15, 16, 17, 31, 32, 33, 64, 1_000])
    func `accepts objects of any size whose keys all differ`(count: Int) {
        let object = HostileMessages.manyKeys(count: count, repeated: nil)
        let body = #"{"jsonrpc":"2.0","id":1,"method":"a","x":["# + "\(object),\(object)]}"
        #expect(Feeding.envelope(body).value != nil)
    }

    @Test func `finds a repeated key in a body of nothing but keys without long work`() {
        let object = HostileMessages.manyKeys(count: 60_000, repeated: 59_999)
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            #expect(Feeding.envelope(object).problem == .duplicateMember)
        }
        #expect(elapsed < .seconds(5))
    }

    @Test func `checks keys of many open objects after its room in place is used up`() {
        let open = (0..<40).map { "{\"a\($0)\":0,\"b\":1,\"c\":" }.joined()
        let good = open + "{\"z\":1}" + String(repeating: "}", count: 40)
        let bad = open + "{\"z\":1}" + String(repeating: ",\"b\":2}", count: 40)
        #expect(Feeding.envelope(good).problem == .badVersion)
        #expect(Feeding.envelope(bad).problem == .duplicateMember)
    }

    @Test func `finds the id of a refused body where it can be read`() {
        func id(_ body: String) -> String? {
            let bytes = Array(body.utf8)
            return body.at(EnvelopeScanner.readableID(in: bytes.span.bytes))
        }
        #expect(id(#"{"jsonrpc":"1.0","id":"x","method":"a"}"#) == #""x""#)
        #expect(id(#"{"jsonrpc":"2.0","id":null,"method":"a"}"#) == nil)
        #expect(id(#"{"id":1"#) == nil)
        #expect(id(#"{"id":1,"id":2}"#) == nil)
    }
}
