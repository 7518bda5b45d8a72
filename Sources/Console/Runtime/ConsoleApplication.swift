package import Admin
package import Terminal

/// The admin console as a program.
package enum ConsoleApplication {
    /// Runs the console on a terminal until the operator quits or the terminal goes away.
    ///
    /// A server that is not there is waited for; it never ends the console. The terminal is
    /// restored before this returns.
    @MainActor
    package static func run(
        service: any AdminService,
        session: TerminalSession,
        options: ConsoleOptions
    ) async {
        let runtime = ConsoleRuntime(
            service: service,
            screen: session.screen,
            events: session.events,
            options: options,
            clock: .system,
            copy: { session.screen.copyToClipboard($0) }
        )
        await runtime.run()
        session.close()
    }
}
