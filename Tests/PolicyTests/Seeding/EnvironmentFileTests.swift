import Testing

@testable import Policy

@Suite struct EnvironmentFileTests {
    private func parse(_ text: String) throws(SeedProblems) -> [String: String] {
        try EnvironmentFile.parse(Array(text.utf8))
    }

    @Test(arguments: [
        ("plain", "A=b", "b"), ("empty", "A=", ""), ("spaces around", "  A=b  ", "b"),
        ("export", "export A=b", "b"), ("comment behind", "A=b # c", "b"),
        ("number sign inside", "A=b#c", "b#c"), ("only a comment behind", "A= # c", ""),
        ("equals inside", "A=b=c", "b=c"), ("inner space", "A=b c", "b c"),
        ("single quotes", "A='b \" \\ # $C'", "b \" \\ # $C"),
        ("double quotes", "A=\"b \\\" \\\\ # '\"", "b \" \\ # '"),
        ("comment behind quotes", "A='b' # c", "b"), ("carriage return", "A=b\r", "b"),
        ("nothing is expanded", "A=$(id)${B}`id`", "$(id)${B}`id`"),
        ("quote inside", "A=b'c", "b'c"), ("beyond ASCII", "A=ü", "ü"),
    ])
    func `reads`(name: String, line: String, value: String) throws {
        #expect(try parse(line) == ["A": value], "\(name)")
    }

    @Test func `skips blank lines and comments`() throws {
        #expect(try parse("\n# A=1\n   \n\t# B=2\nC=3\n") == ["C": "3"])
    }

    @Test(arguments: [
        ("no equals", "A"), ("space before equals", "A =b"), ("no name", "=b"),
        ("digit first", "1A=b"), ("hyphen", "A-B=c"), ("open single quote", "A='b"),
        ("open double quote", "A=\"b"), ("text after quotes", "A='b'c"),
        ("comment glued to quotes", "A='b'#c"), ("unknown escape", "A=\"\\n\""),
        ("escaped end", "A=\"b\\\""), ("NUL", "A=b\0"), ("escape character", "A=\u{1B}[2J"),
        ("bare carriage return", "A=b\rB=c"), ("delete", "A=\u{7F}"),
        ("name beyond ASCII", "Ä=b"), ("byte order mark", "\u{FEFF}A=b"),
        ("export alone", "export"), ("two names", "A B=c"),
    ])
    func `refuses`(name: String, line: String) {
        let problems = #expect(throws: SeedProblems.self, "\(name)") { try parse("\n" + line) }
        #expect(problems?.problems.first?.variable == "line 2")
    }

    @Test func `refuses a name that is set twice, and reports every line`() {
        let problems = #expect(throws: SeedProblems.self) { try parse("A=1\nA=2\nB\n") }
        #expect(problems?.problems.map(\.variable) == ["line 2", "line 3"])
    }

    @Test func `refuses what is not UTF-8 and what is too large`() {
        #expect(throws: SeedProblems.self) { try EnvironmentFile.parse([0x41, 0x3D, 0xFF]) }
        #expect(throws: SeedProblems.self) {
            try EnvironmentFile.parse([UInt8](repeating: 0x0A, count: 65_537))
        }
    }

    @Test func `never repeats a value in a problem`() {
        let problems = #expect(throws: SeedProblems.self) { try parse("HTTP_API_KEY='canary") }
        #expect(problems?.description.contains("canary") == false)
    }
}
