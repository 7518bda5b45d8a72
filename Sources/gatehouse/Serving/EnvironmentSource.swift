import Foundation
import Policy

/// Reads the environment and a `.env` file into one seed; the environment wins.
enum EnvironmentSource {
    /// A nil `file` means `.env` in the working folder, if it is there.
    ///
    /// - Throws: `SeedProblems` for values that cannot be used, `CommandFailure` for a file that
    ///   cannot be read.
    static func seed(environment: [String: String], file: String?) throws -> EnvironmentSeed {
        try EnvironmentSeed.read(
            values(of: EnvironmentSeed.names, environment: environment, file: file)
        )
    }

    /// The values of `names` as they stand, from the same two sources.
    static func values(
        of names: [String],
        environment: [String: String],
        file: String?
    ) throws -> [String: String] {
        var values = try fileValues(file)
        for name in names {
            values[name] = environment[name] ?? values[name]
        }
        return values
    }

    private static func fileValues(_ named: String?) throws -> [String: String] {
        let path = named ?? ".env"
        guard let bytes = FileManager.default.contents(atPath: path) else {
            guard named != nil || FileManager.default.fileExists(atPath: path) else { return [:] }
            throw CommandFailure(
                code: ExitStatus.noInput,
                message: "The environment file \(path) cannot be read. Check its name and mode."
            )
        }
        return try EnvironmentFile.parse(Array(bytes))
    }
}
