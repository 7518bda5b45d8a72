import Admin
import ArgumentParser
import Foundation
import MCP
import Policy
import Terminal

/// Says whether a file is a valid policy and, with a running gate, what it would change.
struct PolicyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a policy file and what it would change.",
        discussion: "Without a running gate the file is checked by itself."
    )

    @Argument(help: "A document as policy export prints it; - for standard input.")
    var file: String

    @OptionGroup var options: OperatorOptions

    /// What `policy check --json` prints.
    private struct Report: Encodable {
        var isValid: Bool
        var problems: [PolicyProblem]
        /// Absent when no gate runs.
        var base: RevisionNumber?
        var changes: [PolicyChange]?
    }

    func run() async throws {
        let report = try await report(on: try read())
        if options.json {
            try CommandOutput.json(report)
        } else if report.isValid {
            try print(report)
        }
        guard report.isValid else {
            let lines = report.problems.map { SafeText.neutralized($0.description) }
            throw CommandFailure(
                code: ExitStatus.dataError,
                message: "\(name) is not a valid policy:\n" + lines.joined(separator: "\n")
            )
        }
    }

    private var name: String { file == "-" ? "standard input" : file }

    private func report(on bytes: [UInt8]) async throws -> Report {
        let json: JSONValue
        do {
            json = try JSONValue.parse(bytes)
        } catch {
            let message = "is not JSON that can be accepted: \(error.rawValue)"
            return Report(isValid: false, problems: [PolicyProblem(path: "", message: message)])
        }
        return try await report(on: json)
    }

    private func report(on json: JSONValue) async throws -> Report {
        let document: PolicyDocument
        do throws(PolicyProblems) {
            document = try PolicyDocument(json: json)
        } catch {
            return Report(isValid: false, problems: error.problems)
        }
        let problems = document.problems()
        guard problems.isEmpty, let preview = try await preview(of: document) else {
            return Report(isValid: problems.isEmpty, problems: problems)
        }
        return Report(
            isValid: preview.problems.isEmpty,
            problems: preview.problems,
            base: preview.base,
            changes: preview.changes
        )
    }

    /// What the running gate would make of it; nil when none runs.
    private func preview(of document: PolicyDocument) async throws -> EditPreview? {
        do {
            return try await options.withService { try await $0.check(.replace(document)) }
        } catch let error as AdminError where error.code == .unavailable {
            return nil
        }
    }

    private func print(_ report: Report) throws {
        guard let base = report.base, let changes = report.changes else {
            return try CommandOutput.line(
                "\(name) is a valid policy. No gate runs to compare with."
            )
        }
        for change in changes { try CommandOutput.line(change.line) }
        let effect = changes.isEmpty ? "and the same as" : "that would change"
        try CommandOutput.line("\(name) is a valid policy \(effect) revision \(base).")
    }

    private func read() throws -> [UInt8] {
        do {
            let handle =
                file == "-"
                ? FileHandle.standardInput
                : try FileHandle(forReadingFrom: URL(filePath: file))
            return Array(try handle.readToEnd() ?? Data())
        } catch {
            throw CommandFailure(
                code: ExitStatus.noInput,
                message: "Cannot read \(name). Name a file that policy export printed."
            )
        }
    }
}
