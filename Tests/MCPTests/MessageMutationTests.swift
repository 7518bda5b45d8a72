import Foundation
import Testing

@testable import MCP

@Suite struct MessageMutationTests {
    private static let bodies = [
        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":[1,2.5e3,-0.1]}}}"#,
        #"{"jsonrpc":"2.0","id":"x\u0041","method":"ping","params":{"_meta":{"progressToken":7}}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{"text":"é€😀\ud83d\ude00\n","flags":[true,false,null]}}"#,
        #" { "jsonrpc" : "2.0" , "method" : "notifications/x" , "params" : { } } "#,
    ]
    private static let snippets = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "0", "-", ".", "e9",
        "1e400", "null", "true", "\"id\":2,", "\"method\":\"a\",", "\"\\u0069d\":3,", "\u{FEFF}",
        "\u{0}", " ", "\n", "{}", "[[[[", "é", "\u{1F}",
    ]

    @Test func `accepts no broken body that Foundation refuses`() {
        var mutator = Mutator(seed: 4, inputs: Self.bodies, snippets: Self.snippets)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = mutator.next()
            guard Feeding.envelope(bytes).value != nil else { continue }
            accepted += 1
            if (try? JSONSerialization.jsonObject(with: Data(bytes))) == nil {
                Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            }
        }
        #expect((1_000..<15_000).contains(accepted))
    }

    @Test func `builds a value of every body that is strict JSON and of no other`() {
        var mutator = Mutator(seed: 5, inputs: Self.bodies, snippets: Self.snippets)
        for _ in 0..<5_000 {
            let bytes = mutator.next()
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            let problem = Feeding.envelope(bytes).problem
            let isStrict =
                problem != .malformedJSON && problem != .duplicateMember && problem != .tooDeep
            let value = try? JSONValue.parse(bytes)
            if (value != nil) != isStrict { Issue.record("\(text)") }
            guard let value else { continue }
            if (try? JSONValue.parse(value.serialized())) != value { Issue.record("\(text)") }
        }
    }

    @Test func `leaves every captured range inside the body`() {
        var mutator = Mutator(seed: 6, inputs: Self.bodies, snippets: Self.snippets)
        for _ in 0..<5_000 {
            let bytes = mutator.next()
            guard let envelope = Feeding.envelope(bytes).value else { continue }
            let ranges = [
                envelope.id, envelope.method?.bytes, envelope.name?.bytes, envelope.arguments,
                envelope.progressToken, envelope.requestID, envelope.cursor?.bytes,
            ]
            #expect(ranges.allSatisfy { $0.map { $0.upperBound <= bytes.count } ?? true })
        }
    }

    @Test func `never reads an event stream beyond its pieces`() throws {
        var mutator = Mutator(
            seed: 7,
            inputs: ["id: 1\nevent: e\ndata: a\r\ndata: b\r\rretry: 5\n\n", ": c\ndata: x\n\n"],
            snippets: ["\r", "\n", "\r\n", ":", " ", "data", "id: ", "\u{FEFF}"]
        )
        for _ in 0..<3_000 {
            let bytes = mutator.next()
            var whole = ServerSentEventParser()
            var pieces = ServerSentEventParser()
            let expected = try? whole.parse(bytes)
            var events: [ServerSentEvent]? = []
            for byte in bytes {
                guard let more = try? pieces.parse(CollectionOfOne(byte)) else {
                    events = nil
                    break
                }
                events?.append(contentsOf: more)
            }
            if events != expected { Issue.record("\(String(decoding: bytes, as: UTF8.self))") }
        }
    }
}
