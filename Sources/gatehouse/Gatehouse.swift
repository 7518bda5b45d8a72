import ArgumentParser
import Foundation
import Terminal

/// The one binary: a gate, its console, and the commands that talk to a running gate.
@main
struct Gatehouse: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "A guarded front door for MCP servers, run from a terminal.",
        version: version,
        subcommands: [
            ServeCommand.self, ConsoleCommand.self, DemoCommand.self, StatusCommand.self,
            KeysCommand.self, AuthCommand.self, AllowCommand.self, DenyCommand.self,
            BanCommand.self, LockdownCommand.self, LimitsCommand.self, ProxiesCommand.self,
            CorsCommand.self, ServersCommand.self, ToolsCommand.self, EventsCommand.self,
            PolicyCommand.self, ThemeCommand.self,
            CertCommand.self, BenchCommand.self, BenchPeerCommand.self,
        ]
    )

    static func main() async {
        // A reader that went away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard let status = ExitStatus(error) else { exit(withError: error) }
            for line in status.lines {
                StandardError.write("gatehouse: \(line)")
            }
            Foundation.exit(status.code)
        }
    }
}

/// Standard error, a line at a time; text from files and servers is made harmless.
enum StandardError {
    static func write(_ line: String) {
        let text = SafeText.neutralized(line) + "\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}
