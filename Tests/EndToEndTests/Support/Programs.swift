import Foundation
import Subprocess
import SystemPackage
import Testing

/// The programs that the end-to-end tests run: ours as it was built, and real peers.
enum Programs {
    /// The folder of this very process: the build folder.
    private static let built = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    static let gatehouse = built.appending(path: "gatehouse").path()

    /// `PATH` with our own binary first.
    static let searchPath =
        "\(built.path()):" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")

    /// The interpreter with the `mcp` package in it; the README's test command makes it.
    static var python: String {
        let environment = ProcessInfo.processInfo.environment["GATEHOUSE_TEST_PYTHON"]
        return environment ?? packageRoot.appending(path: ".build/peers/bin/python").path()
    }

    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func peer(_ script: String) -> String {
        packageRoot.appending(path: "Tests/EndToEndTests/Peers/\(script)").path()
    }

    /// Runs a program to its end.
    ///
    /// - Throws: `PeerFailure` when it takes more than `seconds`; the program is ended then.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String?] = [:],
        workingFolder: String? = nil,
        seconds: Int = 60
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                try await runToItsEnd(path, arguments, environment, workingFolder)
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() ?? nil else {
                throw PeerFailure(words: "\(path) \(arguments) runs longer than \(seconds) s.")
            }
            return outcome
        }
    }

    private static func runToItsEnd(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String?],
        _ workingFolder: String?
    ) async throws -> Outcome {
        let outcome = try await Subprocess.run(
            path.contains("/") ? .path(.init(path)) : .name(path),
            arguments: Arguments(arguments),
            environment: inherited(updating: environment),
            workingDirectory: workingFolder.map { .init($0) },
            platformOptions: gentle,
            input: .none,
            output: .string(limit: 4_194_304),
            error: .string(limit: 1_048_576)
        )
        return Outcome(
            status: outcome.terminationStatus.number,
            output: outcome.standardOutput,
            errors: outcome.standardError
        )
    }

    /// Our own environment with some values replaced; nil takes one away.
    static func inherited(updating values: [String: String?]) -> Environment {
        .inherit.updating(
            Dictionary(
                uniqueKeysWithValues: values.map {
                    (Environment.Key(stringLiteral: $0.key), $0.value)
                }
            )
        )
    }

    static var gentle: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        return options
    }

    /// What a finished program left.
    struct Outcome: Sendable {
        /// The exit status, or 128 plus the signal.
        var status: Int32
        var output: String
        var errors: String

        /// The output as one JSON value.
        var json: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) }

        /// The output as one JSON object a line.
        var jsonLines: [[String: Any]] {
            output.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }
}

extension TerminationStatus {
    /// As a shell shows it.
    var number: Int32 {
        switch self {
        case .exited(let code): Int32(code)
        case .signaled(let signal): 128 + Int32(signal)
        }
    }
}

/// A folder that goes away with the test.
struct TestFolder {
    let path: String

    static func with<Result>(
        _ body: (TestFolder) async throws -> Result
    ) async throws -> Result {
        let url = URL(filePath: "/tmp/gh-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(TestFolder(path: url.path()))
    }

    func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }
}

/// Waits for a fact about another process, which no clock of ours can bring about.
func eventually(
    within seconds: Double = 10,
    _ isTrue: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    while ContinuousClock.now < end {
        if try await isTrue() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}
