import Admin
import ArgumentParser
import Foundation
import MCP
import Policy
import Terminal

/// Says whether a file, or the environment, makes a valid policy and what that would change.
struct PolicyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a policy file, or the environment, and what it changes.",
        discussion: """
            A file is compared with the running gate's policy, or with the defaults when none runs. \
            The environment is compared with the defaults: it makes the first policy only.
            """
    )

    @Argument(help: "A document as policy export prints it; - for standard input.")
    var file: String?

    @Flag(name: .customLong("env"), help: "Check what a first start would make of the environment.")
    var checksEnvironment = false

    @Option(help: "With --env: a file of NAME=VALUE lines; .env if it is there.")
    var envFile: String?

    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (file != nil) != checksEnvironment else {
            throw ValidationError("Give either a file or --env.")
        }
        guard envFile == nil || checksEnvironment else {
            throw ValidationError("--env-file goes with --env.")
        }
    }

    func run() async throws {
        let report: PolicyReport
        if let file {
            report = try await PolicyReport(onDocument: try Self.read(file), options)
        } else {
            report = try PolicyReport(
                onEnvironment: ProcessInfo.processInfo.environment,
                file: envFile
            )
        }
        if options.json {
            try CommandOutput.json(report)
        } else if report.isValid {
            try report.print(name)
        }
        guard report.isValid else {
            let lines = report.problems.map { SafeText.neutralized($0.description) }
            throw CommandFailure(
                code: checksEnvironment ? ExitStatus.configuration : ExitStatus.dataError,
                message: "\(name) is not a valid policy:\n" + lines.joined(separator: "\n")
            )
        }
    }

    private var name: String {
        guard let file else { return "the environment" }
        return file == "-" ? "standard input" : file
    }

    private static func read(_ file: String) throws -> [UInt8] {
        do {
            let handle =
                file == "-"
                ? FileHandle.standardInput
                : try FileHandle(forReadingFrom: URL(filePath: file))
            return Array(try handle.readToEnd() ?? Data())
        } catch {
            throw CommandFailure(
                code: ExitStatus.noInput,
                message: "Cannot read \(file == "-" ? "standard input" : file). Name a file that"
                    + " policy export printed."
            )
        }
    }
}
