import Testing

@testable import MCP

@Suite struct CatalogueTests {
    private static let answer = #"""
        { "jsonrpc":"2.0", "id":7,
          "result":{"resultType":"complete",
            "tools":[
              {"name":"read", "description":"Reads\u0020it","inputSchema":{"type":"object"}},
              {"inputSchema":{"properties":{"name":{"type":"string"}}},"name":"dr\u006fp"} ,
              {"name":"list","annotations":{"a":[1,{"b":"]}"}]}}
            ], "nextCursor":"n", "ttlMs":60000, "cacheScope":"public"}}
        """#

    private func catalogue(
        _ text: String,
        as kind: CatalogueKind = .tools
    ) throws -> Catalogue? {
        let bytes = Array(text.utf8)
        return try Catalogue.read(bytes.span.bytes, as: kind)
    }

    private func problem(_ text: String, as kind: CatalogueKind = .tools) -> Catalogue.Problem? {
        let bytes = Array(text.utf8)
        do throws(Catalogue.Problem) {
            _ = try Catalogue.read(bytes.span.bytes, as: kind)
            return nil
        } catch {
            return error
        }
    }

    private func filtered(
        _ text: String,
        isModern: Bool = false,
        keeping names: Set<String>
    ) throws -> String {
        let bytes = Array(text.utf8)
        let catalogue = try #require(try Catalogue.read(bytes.span.bytes, as: .tools))
        let output = catalogue.filtered(bytes.span.bytes, isModern: isModern) {
            names.contains($0.name)
        }
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `names what is listed, escapes decoded`() throws {
        let found = try #require(try catalogue(Self.answer))
        #expect(found.entries.map(\.name) == ["read", "drop", "list"])
    }

    @Test func `keeps every byte of what it keeps`() throws {
        let output = try filtered(Self.answer, keeping: ["read", "list"])
        #expect(
            output.contains(
                #"{"name":"read", "description":"Reads\u0020it","inputSchema":{"type":"object"}}"#
            )
        )
        #expect(output.contains(#"{"name":"list","annotations":{"a":[1,{"b":"]}"}]}}"#))
        #expect(!output.contains("dr\\u006fp"))
        #expect(output.contains(#""nextCursor":"n", "ttlMs":60000, "cacheScope":"public"}}"#))
        #expect(try catalogue(output)?.entries.map(\.name) == ["read", "list"])
    }

    @Test func `an answer that loses nothing stays as it is`() throws {
        #expect(try filtered(Self.answer, keeping: ["read", "drop", "list"]) == Self.answer)
    }

    @Test func `an answer that loses everything lists nothing`() throws {
        #expect(try filtered(Self.answer, keeping: []).contains(#""tools":[], "nextCursor""#))
    }

    @Test(arguments: [
        (
            "public", #"{"result":{"tools":[],"cacheScope":"public"}}"#,
            #"{"result":{"tools":[],"cacheScope":"private"}}"#
        ),
        (
            "private", #"{"result":{"tools":[],"cacheScope":"private"}}"#,
            #"{"result":{"tools":[],"cacheScope":"private"}}"#
        ),
        (
            "of another type", #"{"result":{"cacheScope":{"a":1},"tools":[]}}"#,
            #"{"result":{"cacheScope":"private","tools":[]}}"#
        ),
        (
            "missing", #"{"result":{"tools":[]}}"#,
            #"{"result":{"cacheScope":"private","tools":[]}}"#
        ),
        ("missing in an empty result", #"{"result":{}}"#, #"{"result":{"cacheScope":"private"}}"#),
        (
            "escaped name", #"{"result":{"\u0063acheScope":"public"}}"#,
            #"{"result":{"\u0063acheScope":"private"}}"#
        ),
        (
            "elsewhere", #"{"cacheScope":"public","result":{"a":{"cacheScope":"public"}}}"#,
            #"{"cacheScope":"public","result":{"cacheScope":"private","a":{"cacheScope":"public"}}}"#
        ),
    ])
    func `the hint for caches says private when it was`(
        name: String,
        text: String,
        expected: String
    ) throws {
        #expect(try filtered(text, isModern: true, keeping: []) == expected, "\(name)")
        #expect(try filtered(text, isModern: false, keeping: []) == text, "\(name)")
    }

    @Test(arguments: [
        ("an error", #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#),
        ("a notification", #"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#),
        ("a request", #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#),
    ])
    func `has nothing to filter in`(name: String, text: String) throws {
        #expect(try catalogue(text) == nil, "\(name)")
    }

    @Test(arguments: [
        ("nothing", "", Catalogue.Problem.json(.malformed)),
        ("cut short", #"{"result":{"tools":[{"name":"a"}"#, .json(.malformed)),
        ("text behind", #"{"result":{"tools":[]}} x"#, .json(.malformed)),
        (
            "two results", #"{"result":{"tools":[]},"result":{"tools":[{"name":"a"}]}}"#,
            .json(.duplicateMember)
        ),
        (
            "two lists", #"{"result":{"tools":[],"\u0074ools":[{"name":"a"}]}}"#,
            .json(.duplicateMember)
        ),
        (
            "two names", #"{"result":{"tools":[{"name":"a","n\u0061me":"b"}]}}"#,
            .json(.duplicateMember)
        ),
        ("too deep", #"{"result":{"tools":"# + String(repeating: "[", count: 90), .json(.tooDeep)),
        ("a batch", #"[{"result":{"tools":[]}}]"#, .malformed),
        ("result of another type", #"{"result":[]}"#, .malformed),
        ("null result", #"{"result":null}"#, .malformed),
        ("list of another type", #"{"result":{"tools":{"a":{"name":"a"}}}}"#, .malformed),
        ("null list", #"{"result":{"tools":null}}"#, .malformed),
        ("entry of another type", #"{"result":{"tools":["a"]}}"#, .malformed),
        ("nested entry", #"{"result":{"tools":[[{"name":"a"}]]}}"#, .malformed),
        ("entry without a name", #"{"result":{"tools":[{"title":"a"}]}}"#, .malformed),
        ("name of another type", #"{"result":{"tools":[{"name":1}]}}"#, .malformed),
        (
            "invalid UTF-8 as a lone surrogate", #"{"result":{"tools":[{"name":"\ud800"}]}}"#,
            .json(.malformed)
        ),
        ("byte order mark", "\u{FEFF}" + #"{"result":{"tools":[]}}"#, .json(.malformed)),
    ])
    func `refuses`(name: String, text: String, expected: Catalogue.Problem) {
        #expect(problem(text) == expected, "\(name)")
    }

    @Test func `refuses more entries than it has room for`() {
        let entries = Array(repeating: #"{"name":"a"}"#, count: Catalogue.entryCountMax + 1)
        #expect(problem(#"{"result":{"tools":[\#(entries.joined(separator: ","))]}}"#) == .tooLarge)
    }

    @Test(arguments: [
        (CatalogueKind.prompts, #"{"result":{"prompts":[{"name":"a"}],"tools":[1]}}"#),
        (.resources, #"{"result":{"resources":[{"name":"x","uri":"a"}]}}"#),
        (.resourceTemplates, #"{"result":{"resourceTemplates":[{"name":"x","uriTemplate":"a"}]}}"#),
    ])
    func `reads the other lists by what their entries are asked for`(
        kind: CatalogueKind,
        text: String
    ) throws {
        #expect(try catalogue(text, as: kind)?.entries.map(\.name) == ["a"])
    }

    @Test func `never traps on a spoilt answer, and filters only what is strict`() throws {
        var random = SystemRandomNumberGenerator()
        let original = Array(Self.answer.utf8)
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let offset = Int.random(in: 0..<bytes.count, using: &random)
                bytes[offset] = UInt8.random(in: 0...255, using: &random)
            }
            guard let found = try? Catalogue.read(bytes.span.bytes, as: .tools) else { continue }
            let output = found.filtered(bytes.span.bytes, isModern: true) { $0.name == "read" }
            #expect((try? JSONValue.parse(output)) != nil)
        }
    }
}
