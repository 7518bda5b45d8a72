import Admin
import Foundation
import MCP
import Policy

/// What `policy check --json` prints.
struct PolicyReport: Encodable {
    var isValid: Bool
    var problems: [PolicyProblem]
    /// The revision it was compared with; absent for the defaults.
    var base: RevisionNumber?
    /// Absent when it is not valid.
    var changes: [PolicyChange]?
    /// What may be enforced, but not without a word.
    var warnings: [String]

    private init(_ problems: [PolicyProblem]) {
        isValid = false
        self.problems = problems
        warnings = []
    }

    private init(changes: [PolicyChange], from base: RevisionNumber?, warnings: [String]) {
        isValid = true
        problems = []
        self.base = base
        self.changes = changes
        self.warnings = warnings
    }

    /// Changes nothing.
    ///
    /// - Throws: `AdminError` when a gate runs and cannot compare.
    init(onDocument bytes: [UInt8], _ options: OperatorOptions) async throws {
        let document: PolicyDocument
        do {
            document = try PolicyDocument(json: try JSONValue.parse(bytes))
        } catch let problems as PolicyProblems {
            self.init(problems.problems)
            return
        } catch {
            let message = "is not JSON that can be accepted: \(error)"
            self.init([PolicyProblem(path: "", message: message)])
            return
        }
        let problems = document.problems()
        let warnings = document.warnings(at: .ofSystem)
        guard problems.isEmpty else {
            self.init(problems)
            return
        }
        guard let preview = try await Self.preview(of: document, options) else {
            let changes = document.changes(from: PolicyDocument())
            self.init(changes: changes, from: nil, warnings: warnings)
            return
        }
        if preview.problems.isEmpty {
            self.init(changes: preview.changes, from: preview.base, warnings: warnings)
        } else {
            self.init(preview.problems)
        }
    }

    /// Changes nothing, and shows no secret.
    ///
    /// - Throws: `CommandFailure` when the file cannot be read.
    init(onEnvironment environment: [String: String], file: String?) throws {
        do {
            let seed = try EnvironmentSource.seed(environment: environment, file: file)
            let forecast = seed.forecast()
            self.init(changes: forecast.changes, from: nil, warnings: forecast.warnings)
        } catch let problems as SeedProblems {
            self.init(
                problems.problems.map { PolicyProblem(path: $0.variable, message: $0.message) }
            )
        }
    }

    func print(_ name: String) throws {
        for change in changes ?? [] { try CommandOutput.line(change.line) }
        let other = base.map { "revision \($0)" } ?? "the defaults"
        let isSame = changes?.isEmpty ?? true
        let effect = isSame ? "and the same as \(other)" : "that differs from \(other) as above"
        try CommandOutput.line("\(name) makes a valid policy \(effect).")
        for warning in warnings { StandardError.write("gatehouse: \(warning)") }
    }

    /// What the running gate would make of it; nil when none runs.
    private static func preview(
        of document: PolicyDocument,
        _ options: OperatorOptions
    ) async throws -> EditPreview? {
        do {
            return try await options.withService { try await $0.check(.replace(document)) }
        } catch let error as AdminError where error.code == .unavailable {
            return nil
        }
    }
}
