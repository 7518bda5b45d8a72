import Foundation
import Testing

/// The theme commands, with themes of the user's own.
@Suite struct ThemeCommandTests {
    private func theme(
        _ arguments: String...,
        in folder: TestFolder
    ) async throws -> Programs.Outcome {
        try await Programs.run(
            Programs.gatehouse,
            ["theme"] + arguments,
            environment: ["XDG_CONFIG_HOME": folder.path, "NO_COLOR": nil]
        )
    }

    private func withThemes(
        _ files: [String: String],
        _ body: (TestFolder) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            let themes = "\(folder.path)/gatehouse/themes"
            try FileManager.default.createDirectory(
                atPath: themes,
                withIntermediateDirectories: true
            )
            for (name, text) in files { try folder.write(text, to: "gatehouse/themes/\(name)") }
            try await body(folder)
        }
    }

    @Test func `the list has the program's themes, the user's, and what is wrong with one`()
        async throws
    {
        let good = "schema = 1\nname = \"mine\"\ninherits = \"nord\"\n"
        let files = ["mine.toml": good, "bad.toml": "schema = 2", "notes.txt": "no theme"]
        try await withThemes(files) { folder in
            let outcome = try await theme("list", in: folder)
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(outcome.status == 0)
            #expect(lines.contains { $0.hasPrefix("dracula ") && $0.hasSuffix("built in") })
            #expect(lines.contains { $0.hasPrefix("mine ") && $0.hasSuffix("/mine.toml") })
            #expect(lines.contains { $0.hasPrefix("bad ") && $0.contains(":1: schema must be 1") })
            #expect(!outcome.output.contains("notes"))
        }
    }

    @Test func `check prints the contrast of each role and ends with 0`() async throws {
        try await withThemes([:]) { folder in
            let outcome = try await theme("check", "dracula", in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let text = outcome.output.split(separator: "\n").first { $0.hasPrefix("text ") }
            #expect(text?.contains("13.35:1") == true)
            #expect(!outcome.output.contains("TOO LOW"))
        }
    }

    @Test func `check ends with 65 and names the roles that cannot be read`() async throws {
        let pale = """
            schema = 1
            name = "pale"
            inherits = "solarized-light"
            [palette]
            yellow = "#ffffe0"
            """
        try await withThemes([:]) { folder in
            try folder.write(pale, to: "pale.toml")
            let outcome = try await theme("check", "\(folder.path)/pale.toml", in: folder)
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("pale is hard to read: warn"))
            #expect(outcome.output.contains("TOO LOW"))
        }
    }

    @Test(arguments: [
        (
            "schema = 1\nname = \"x\"\nvariant = \"dark\"\n[roles]\nwran = { fg = \"red\" }",
            "5: unknown role wran; did you mean warn?"
        ),
        ("not toml at all [", "1: "),
    ])
    func `a wrong file is refused by its line`(text: String, words: String) async throws {
        try await withThemes([:]) { folder in
            try folder.write(text, to: "wrong.toml")
            let outcome = try await theme("check", "\(folder.path)/wrong.toml", in: folder)
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("/wrong.toml:\(words)"), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: ["check", "show"])
    func `a theme that nobody has is refused with the nearest name`(command: String) async throws {
        try await withThemes([:]) { folder in
            let outcome = try await theme(command, "draclua", in: folder)
            #expect(outcome.status == 66)
            #expect(outcome.errors.contains("did you mean dracula?"))
        }
    }

    @Test func `show writes no escapes into a pipe`() async throws {
        try await withThemes([:]) { folder in
            let outcome = try await theme("show", "dracula", in: folder)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("#f8f8f2 on #282a36"))
            #expect(!outcome.output.contains("\u{1B}"))
        }
    }
}
