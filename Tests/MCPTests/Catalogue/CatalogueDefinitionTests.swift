import Testing

@testable import MCP

@Suite struct CatalogueDefinitionTests {
    private func definition(_ entry: String) throws -> CatalogueDefinition {
        let bytes = Array(#"{"result":{"tools":[\#(entry)]}}"#.utf8)
        let catalogue = try #require(try Catalogue.read(bytes.span.bytes, as: .tools))
        return catalogue.definition(of: try #require(catalogue.entries.first), in: bytes.span.bytes)
    }

    private func lines(_ old: String, _ new: String) throws -> [String] {
        DefinitionDifference.lines(
            from: try definition(old).canonical,
            to: try definition(new).canonical
        )
    }

    @Test(arguments: [
        ("order", #"{"description":"d","name":"a"}"#),
        ("white space", "{ \"name\" :\t\"a\",\n\"description\": \"d\" }"),
        ("escapes", #"{"n\u0061me":"\u0061","description":"\u0064"}"#),
        ("metadata", #"{"name":"a","description":"d","_meta":{"seen":12}}"#),
    ])
    func `is no change`(name: String, entry: String) throws {
        let original = try definition(#"{"name":"a","description":"d"}"#)
        #expect(try definition(entry).canonical == original.canonical, "\(name)")
    }

    @Test(arguments: [
        ("description", #"{"name":"a","description":"e"}"#),
        ("canonically equivalent text", "{\"name\":\"a\",\"description\":\"d\u{301}\"}"),
        ("new member", #"{"name":"a","description":"d","title":"t"}"#),
        ("missing member", #"{"name":"a"}"#),
        ("annotation", #"{"name":"a","description":"d","annotations":{"readOnlyHint":true}}"#),
    ])
    func `is a change`(name: String, entry: String) throws {
        let original = try definition(#"{"name":"a","description":"d"}"#)
        #expect(try definition(entry).canonical != original.canonical, "\(name)")
    }

    @Test func `sorts members at every depth by their bytes and keeps numbers as written`() throws {
        let entry =
            #"{"name":"a","inputSchema":{"z":[{"b":1.0,"a":1e2}],"ä":0,"Z":12345678901234567890}}"#
        #expect(
            try String(decoding: definition(entry).canonical, as: UTF8.self)
                == #"{"inputSchema":{"Z":12345678901234567890,"z":[{"a":1e2,"b":1.0}],"ä":0},"name":"a"}"#
        )
    }

    @Test func `tells exact numbers apart that a double could not`() throws {
        let found = try lines(
            #"{"name":"a","maximum":9007199254740993.0}"#,
            #"{"name":"a","maximum":9007199254740992.0}"#
        )
        #expect(found == ["a number is written differently"])
    }

    @Test func `says where what changed`() throws {
        let found = try lines(
            #"{"name":"a","description":"old","inputSchema":{"required":["x","y"],"type":"object"}}"#,
            #"{"name":"a","description":"new","inputSchema":{"required":["x"],"extra":{"p":1},"type":"object"}}"#
        )
        #expect(
            found == [
                #"description: "old" → "new""#,
                #"inputSchema.extra added: {"p":1}"#,
                #"inputSchema.required[1] removed: "y""#,
            ]
        )
    }

    @Test func `a difference is bounded and says what it leaves out`() throws {
        let many = (0..<200).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        let found = try lines(#"{"name":"a"}"#, #"{"name":"a",\#(many)}"#)
        #expect(found.count == DefinitionDifference.lineCountMax + 1)
        #expect(found.last == "and 150 more changes")
        let long = String(repeating: "x", count: 10_000)
        let line = try lines(#"{"name":"a"}"#, #"{"name":"a","title":"\#(long)"}"#)
        #expect(line.allSatisfy { $0.unicodeScalars.count < 250 })
    }

    @Test func `a difference shows what cannot be seen`() throws {
        let found = try lines(
            #"{"name":"a"}"#,
            #"{"name":"a","description":"x\u202ey\u001b[2J\u200b","k\u2066":1}"#
        )
        #expect(found.count == 2)
        #expect(found[0].contains(#"\u{202E}"#))
        #expect(found[0].contains(#"\u{200B}"#))
        #expect(found[1].hasPrefix(#"k\u{2066} added"#))
        for scalar in found.joined().unicodeScalars {
            #expect(TextFlags.flag(of: scalar, after: " ").isEmpty)
        }
    }

    @Test func `without both definitions there is nothing to compare`() {
        #expect(DefinitionDifference.lines(from: [], to: Array("{}".utf8)).count == 1)
    }

    @Test(
        arguments: [
            (
                "plain", #"{"name":"read_file","description":"Reads a file.\nAnd more\tof it"}"#,
                TextFlags()
            ),
            ("umlaut in a description", #"{"name":"a","description":"Grüße, 世界"}"#, []),
            ("emoji", #"{"name":"a","description":"👩‍💻 ❤️"}"#, []),
            ("escape", #"{"name":"a","description":"\u001b[31m"}"#, .control),
            ("NUL", #"{"name":"a","description":"\u0000"}"#, .control),
            ("C1", #"{"name":"a","description":"\u009b"}"#, .control),
            ("line separator", #"{"name":"a","description":"\u2028"}"#, .control),
            ("override", #"{"name":"a","description":"\u202e"}"#, .bidirectional),
            ("isolate", #"{"name":"a","description":"\u2067"}"#, .bidirectional),
            ("mark", #"{"name":"a","description":"\u200f"}"#, .bidirectional),
            ("zero-width space", #"{"name":"a","description":"a\u200bb"}"#, .invisible),
            (
                "zero-width joiner between letters", #"{"name":"a","description":"a\u200db"}"#,
                .invisible
            ),
            ("word joiner", #"{"name":"a","description":"\u2060"}"#, .invisible),
            ("byte order mark", #"{"name":"a","description":"\ufeff"}"#, .invisible),
            ("soft hyphen", #"{"name":"a","description":"a\u00adb"}"#, .invisible),
            ("Hangul filler", #"{"name":"a","description":"\u3164"}"#, .invisible),
            (
                "variation selector of the supplement",
                #"{"name":"a","description":"\udb40\udd00"}"#, .invisible
            ),
            ("tags", #"{"name":"a","description":"\udb40\udc49\udb40\udc47"}"#, .tags),
            (
                "deep in the schema",
                #"{"name":"a","inputSchema":{"p":[{"description":"\u202e"}]}}"#, .bidirectional
            ),
            ("in a member's name", #"{"name":"a","inputSchema":{"p\u200b":1}}"#, .invisible),
            ("Cyrillic name", #"{"name":"re\u0430d"}"#, .unusualName),
            ("full-width name", #"{"name":"ｒead"}"#, .unusualName),
            ("name with a space", #"{"name":"read file"}"#, .unusualName),
            ("empty name", #"{"name":""}"#, .unusualName),
            ("name with a line end", #"{"name":"a\nb"}"#, .unusualName),
            (
                "several", #"{"name":"a\u200b","description":"\u202e"}"#,
                [.unusualName, .invisible, .bidirectional]
            ),
        ] as [(String, String, TextFlags)]
    )
    func `flags`(name: String, entry: String, expected: TextFlags) throws {
        #expect(try definition(entry).flags == expected, "\(name)")
    }

    @Test func `names its flags for people`() {
        #expect(
            TextFlags([.control, .tags]).descriptions == [
                "control characters", "hidden tag characters",
            ]
        )
        #expect(TextFlags().descriptions.isEmpty)
    }
}
