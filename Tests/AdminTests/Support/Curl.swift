import Subprocess

/// What curl printed about one exchange.
struct CurlAnswer {
    var status: Int
    /// Header lines, lower-cased names.
    var headers: [String: String]
    var body: String
}

/// The curl of the system, as an operator would use it by hand.
enum Curl {
    struct Failure: Error {
        var text: String
    }

    static func run(
        _ socketPath: String,
        _ target: String,
        _ arguments: [String] = [],
        prefix: [String] = []
    ) async throws -> CurlAnswer {
        let command =
            prefix + ["curl", "-sS", "-i", "--max-time", "10", "--unix-socket", socketPath]
            + arguments + ["http://localhost\(target)"]
        let result = try await Subprocess.run(
            .name(command[0]),
            arguments: Arguments(Array(command.dropFirst())),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16)
        )
        guard !result.standardOutput.isEmpty else { throw Failure(text: result.standardError) }
        return try parse(result.standardOutput)
    }

    static func json(
        _ socketPath: String,
        _ target: String,
        _ body: String,
        _ arguments: [String] = []
    ) async throws -> CurlAnswer {
        try await run(socketPath, target, ["--json", body] + arguments)
    }

    private static func parse(_ text: String) throws -> CurlAnswer {
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        ).map { String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self) }
        guard let blank = lines.firstIndex(of: ""),
            let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Failure(text: text) }
        if status == 100 {
            return try parse(lines[(blank + 1)...].joined(separator: "\r\n"))
        }
        var headers: [String: String] = [:]
        for line in lines[1..<blank] {
            let halves = line.split(separator: ":", maxSplits: 1)
            headers[halves[0].lowercased()] = halves.count > 1 ? String(halves[1].dropFirst()) : ""
        }
        return CurlAnswer(
            status: status,
            headers: headers,
            body: lines[(blank + 1)...].joined(separator: "\n")
        )
    }
}
