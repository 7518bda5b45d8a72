import Foundation
import Testing

/// Holds the package's own source to rules no compiler checks; each failure names the remedy.
@Suite struct SourceRuleTests {
    @Test func `the scan finds the sources it is meant to judge`() {
        #expect(SourceTree.sources.count > 100)
        #expect(SourceTree.tests.count > 50)
    }

    @Test func `no file grows beyond 500 lines`() {
        for file in SourceTree.sources + SourceTree.tests {
            #expect(
                file.lines.count <= 500,
                "\(file.path) has \(file.lines.count) lines: split it by idea"
            )
        }
    }

    @Test func `no function grows beyond 70 lines`() {
        for file in SourceTree.sources {
            for function in functions(in: file) {
                #expect(
                    function.lineCount <= 70,
                    "\(file.path):\(function.line) has \(function.lineCount) lines: split it"
                )
            }
        }
    }

    @Test func `no type hides behind a vague name`() {
        let vague =
            #/\b(?:struct|class|enum|actor|protocol) \w*(?:Manager|Helper|Util|Utils|Common|Impl)\b/#
        for (file, number, line) in lines(of: SourceTree.sources) where line.contains(vague) {
            Issue.record("\(file.path):\(number): name the role instead: \(line)")
        }
    }

    @Test func `every type other targets can see says what it is`() {
        let shared = #/^package (?:final )?(?:struct|class|enum|actor|protocol) /#
        for file in SourceTree.sources {
            for (index, line) in file.lines.enumerated() where line.starts(with: shared) {
                let above = index > 0 ? file.lines[index - 1] : ""
                #expect(
                    above.hasPrefix("///") || above.hasPrefix("@"),
                    "\(file.path):\(index + 1): write a doc comment above it"
                )
            }
        }
    }

    @Test func `nothing is left unfinished and nothing traps`() {
        let leftover =
            #/\b(?:TODO|FIXME|XXX)\b|not implemented|unimplemented|fatalError\(|try!|as! /#
        for (file, number, line) in lines(of: SourceTree.sources) where line.contains(leftover) {
            Issue.record("\(file.path):\(number): finish it or return an error: \(line)")
        }
    }

    @Test func `no test sleeps to wait for the code it judges`() {
        let pure = ["MCPTests", "PolicyTests", "TelemetryTests", "TerminalTests", "ConsoleTests"]
        let sleep = #/Task\.sleep|Thread\.sleep|\busleep\(|[^.\w]sleep\(/#
        for (file, number, line) in lines(of: SourceTree.tests)
        where pure.contains(file.target) && line.contains(sleep) {
            Issue.record("\(file.path):\(number): advance a clock instead: \(line)")
        }
    }

    @Test func `every guard has a test file of its own`() {
        let guards = SourceTree.sources.map(\.path)
            .filter { $0.hasPrefix("Sources/Policy/Guards/") && $0.hasSuffix("Guard.swift") }
            .compactMap { $0.split(separator: "/").last?.dropLast(".swift".count) }
        #expect(guards.count >= 7)
        let names = Set(SourceTree.tests.compactMap { $0.path.split(separator: "/").last })
        for name in guards {
            #expect(names.contains("\(name)Tests.swift"), "write PolicyTests/\(name)Tests.swift")
        }
    }

    @Test func `the top level holds the package and nothing else`() throws {
        let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "themes", "README.md"]
        let found = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path())
            .filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
        #expect(Set(found).subtracting(allowed).isEmpty)
        #expect(allowed.isSubset(of: found))
    }

    private func lines(
        of files: [SourceTree.File]
    ) -> [(file: SourceTree.File, number: Int, line: Substring)] {
        files.filter { $0.target != "SourceTests" }.flatMap { file in
            file.lines.enumerated().map { (file, $0.offset + 1, $0.element) }
        }
    }

    /// Functions by indentation: from the line that opens one to the line that closes it.
    private func functions(in file: SourceTree.File) -> [(line: Int, lineCount: Int)] {
        let opening = #/^\s*(?:@\w+ )*(?:\w+(?:\(set\))? )*(?:func \w|init[?(<]|deinit)/#
        return file.lines.indices.compactMap { start in
            guard file.lines[start].contains(opening) else { return nil }
            let indent = file.lines[start].prefix { $0 == " " }
            let closing = file.lines[start...].firstIndex { $0 == indent + "}" }
            return closing.map { (start + 1, $0 - start + 1) }
        }
    }
}
