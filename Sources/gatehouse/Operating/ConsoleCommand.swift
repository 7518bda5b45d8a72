import Admin
import ArgumentParser
import Console
import Foundation
import Terminal

/// The live console on a running gate.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Watch and run a gate from a terminal.",
        discussion: """
            Connects to the admin socket; a gate that is not there yet, or goes away, is waited \
            for. Press ? for the keys. What you like (theme, refresh, time zone, mouse, keys) is \
            read from ~/.config/gatehouse/console.toml (XDG_CONFIG_HOME is obeyed).
            """
    )

    @Option(help: "The admin socket; GATEHOUSE_SOCKET.")
    var socket: String?

    @Flag(name: .customLong("readonly"), help: "Refuse every edit.")
    var isReadOnly = false

    @Flag(help: "Print lines instead of a screen, for screen readers and pipes.")
    var plain = false

    @OptionGroup var appearance: ConsoleAppearance

    func run() async throws {
        let path =
            socket ?? AdminSocketPath.defaultPath(environment: ProcessInfo.processInfo.environment)
        if plain { return try await printLines(of: path) }
        try await Self.show(path, name: path, isReadOnly: isReadOnly, appearance: appearance)
    }

    /// Runs the console until the operator quits.
    @MainActor
    static func show(
        _ socketPath: String,
        name: String,
        isReadOnly: Bool = false,
        appearance: ConsoleAppearance
    ) async throws {
        let look = try appearance.look()
        let session = try TerminalSession(
            theme: look.theme,
            environment: ProcessInfo.processInfo.environment,
            asksForBackground: look.settings.theme.dependsOnBackground
        )
        let client = AdminClient(socketPath: socketPath)
        await ConsoleApplication.run(
            service: client,
            session: session,
            options: ConsoleOptions(
                socketName: name,
                isReadOnly: isReadOnly,
                themeNames: look.themeNames,
                settings: look.settings
            ),
            surroundings: look.surroundings
        )
        await client.shutdown()
    }

    /// Prints until SIGTERM, SIGINT or SIGHUP, or until nobody reads any more.
    @MainActor
    private func printLines(of path: String) async throws {
        let settings = try appearance.look().settings
        TerminationSignals.install()
        let client = AdminClient(socketPath: path)
        await ConsoleApplication.print(
            service: client,
            options: ConsoleOptions(
                socketName: path,
                isReadOnly: true,
                settings: settings
            ),
            until: TerminationSignals.first
        ) { lines in
            // A reader that went away ends it: there is nobody left to tell.
            (try? CommandOutput.block(lines)) != nil
        }
        await client.shutdown()
    }
}
