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
            for. Press ? for the keys.
            """
    )

    @Option(help: "The admin socket; GATEHOUSE_SOCKET.")
    var socket: String?

    @Flag(name: .customLong("readonly"), help: "Refuse every edit.")
    var isReadOnly = false

    @OptionGroup var appearance: ConsoleAppearance

    func run() async throws {
        let path =
            socket ?? AdminSocketPath.defaultPath(environment: ProcessInfo.processInfo.environment)
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
        let session = try appearance.openSession()
        let client = AdminClient(socketPath: socketPath)
        await ConsoleApplication.run(
            service: client,
            session: session,
            options: ConsoleOptions(
                socketName: name,
                isReadOnly: isReadOnly,
                themeNames: UserFolder().themes().names
            )
        )
        await client.shutdown()
    }
}
