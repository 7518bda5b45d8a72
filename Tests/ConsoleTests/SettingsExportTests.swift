import Foundation
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

struct TableExportTests {
    private let export = TableExport(
        columns: ["client", "note"],
        rows: [["10.0.0.5", "a, \"b\""], ["10.0.0.9", "日本"]]
    )

    @Test func `writes CSV as RFC 4180 has it`() {
        let text = "client,note\r\n10.0.0.5,\"a, \"\"b\"\"\"\r\n10.0.0.9,日本\r\n"
        #expect(export.text(as: .csv) == text)
    }

    @Test func `writes JSON that is read as the same`() throws {
        let data = Data(export.text(as: .json).utf8)
        let read = try JSONDecoder().decode([[String: String]].self, from: data)
        #expect(read.map { $0["note"] } == ["a, \"b\"", "日本"])
        #expect(read.map { $0["client"] } == ["10.0.0.5", "10.0.0.9"])
    }

    @Test(arguments: [
        ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""), ("+1", "\"'+1\""),
        ("-2+3", "\"'-2+3\""), ("@SUM(A1)", "\"'@SUM(A1)\""), ("10.0.0.5", "10.0.0.5"),
        ("a=b", "a=b"), ("\u{1B}[2J", "�[2J"), ("a\nb", "a�b"), ("\u{202E}x", "�x"), ("", ""),
        ("\u{AD}=1", "\"'=1\""),
    ])
    func `no cell is a formula, a second line or an escape`(text: String, cell: String) {
        #expect(TableExport.csvCell(text) == cell)
    }

    @Test(arguments: [
        ("a.csv", TableExport.Format.csv), ("a.b.JSON", .json), ("/tmp/x.csv", .csv),
        ("csv", nil), ("a.txt", nil), ("", nil), ("a.", nil),
    ])
    func `takes the format from the ending`(path: String, format: TableExport.Format?) {
        #expect(TableExport.Format(path: path) == format)
    }

    @Test func `exports what is seen: filtered, sorted, with all digits`() throws {
        var console = ConsoleScript.live()
        console.press(.character("2"))
        console.command("filter 10.0.0")
        console.command("export /tmp/clients.csv")
        let effect = try #require(console.takeEffects().last)
        guard case .export(let request) = effect else {
            Issue.record("\(effect)")
            return
        }
        let lines = request.text.split(separator: "\r\n")
        #expect(request.rowCount == 2)
        #expect(!request.overwrites)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("address,state,rate"))
        #expect(lines[1].hasPrefix("10.0.0.5,"))
        console.command("export! /tmp/clients.json")
        guard case .export(let second) = console.takeEffects().last else {
            Issue.record("no second export")
            return
        }
        #expect(second.overwrites)
    }

    @Test func `another ending is refused in one sentence`() {
        var console = ConsoleScript.live()
        console.command("export clients.xls")
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("ends with .csv or .json"))
    }
}

struct PrivateFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = URL(filePath: "/tmp/gh-\(UUID().uuidString.prefix(8))").path()
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `only its owner may read what is written`() throws {
        try inFolder { folder in
            try PrivateFile.write("a,b\r\n", to: "\(folder)/x.csv", overwrites: false)
            #expect(try String(contentsOfFile: "\(folder)/x.csv", encoding: .utf8) == "a,b\r\n")
            #expect(try mode(of: "\(folder)/x.csv") == 0o600)
        }
    }

    @Test func `a file that is there stays unless it may be replaced`() throws {
        try inFolder { folder in
            let path = "\(folder)/x.csv"
            try "old".write(toFile: path, atomically: false, encoding: .utf8)
            let failure = #expect(throws: PrivateFile.Failure.self) {
                try PrivateFile.write("new", to: path, overwrites: false)
            }
            #expect(failure?.message == "\(path) is there already; export! replaces it.")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            try PrivateFile.write("new", to: path, overwrites: true)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
            #expect(try mode(of: path) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.csv"])
        }
    }

    @Test(arguments: [false, true])
    func `a link is never followed`(overwrites: Bool) throws {
        try inFolder { folder in
            try "precious".write(toFile: "\(folder)/target", atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/x.csv",
                withDestinationPath: "\(folder)/target"
            )
            try? PrivateFile.write("new", to: "\(folder)/x.csv", overwrites: overwrites)
            let kept = try String(contentsOfFile: "\(folder)/target", encoding: .utf8)
            #expect(kept == "precious")
        }
    }

    @Test func `a place that cannot be written is told in one sentence`() {
        let failure = #expect(throws: PrivateFile.Failure.self) {
            try PrivateFile.write("x", to: "/nowhere/at/all.csv", overwrites: false)
        }
        #expect(
            failure?.message.hasPrefix("Cannot write /nowhere/at/all.csv: No such file") == true
        )
    }
}
