import Rehearsal
import Subprocess
import SystemPackage

/// A peer process of a measurement, pinned to one processor and ended with the body.
enum ChildProcess {
    /// Runs `body` while the program runs, then ends it with SIGTERM and, after 2 s, SIGKILL.
    ///
    /// The program may use `processor` alone; nil leaves it to the system.
    static func with<Result: Sendable>(
        _ path: String,
        _ arguments: [String],
        processor: Int? = nil,
        environment: [String: String] = [:],
        _ body: @escaping @Sendable (_ processID: Int32) async throws -> Result
    ) async throws -> Result {
        let command = processor.map { ["taskset", "-c", "\($0)", path] } ?? [path]
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let outcome = try await run(
            command.count == 1 ? .path(.init(path)) : .name("taskset"),
            arguments: Arguments(Array(command.dropFirst()) + arguments),
            environment: .inherit.updating(
                Dictionary(
                    uniqueKeysWithValues: environment.map {
                        (Environment.Key(stringLiteral: $0.key), $0.value)
                    }
                )
            ),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            let result = try await body(execution.processIdentifier.value)
            try? execution.send(signal: .terminate)
            return result
        }
        return outcome.closureResult
    }

    /// Runs a program to its end and returns what it printed.
    static func output(
        _ path: String,
        _ arguments: [String],
        processor: Int
    ) async throws -> String {
        let outcome = try await run(
            .name("taskset"),
            arguments: Arguments(["-c", "\(processor)", path] + arguments),
            output: .string(limit: 1_048_576),
            error: .string(limit: 65_536)
        )
        guard outcome.terminationStatus.isSuccess else {
            throw RehearsalError(
                .peerUnavailable,
                "\(path) failed: \(outcome.standardError)"
            )
        }
        return outcome.standardOutput
    }
}
