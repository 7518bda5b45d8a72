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
        options: ConsoleOptions,
        surroundings: ConsoleSurroundings = .none
    ) async {
        let screen = session.screen
        screen.usesMouse = options.settings.usesMouse
        let runtime = ConsoleRuntime(
            service: service,
            screen: screen,
            events: session.events,
            options: options,
            clock: .system,
            surroundings: surroundings,
            copy: { screen.copyToClipboard($0) }
        )
        await runtime.run()
        session.close()
    }

    /// Prints the console as lines until `end` returns or `print` returns false.
    ///
    /// A block comes when something changed, at most once in each refresh interval; no line holds
    /// an escape sequence.
    @MainActor
    package static func print(
        service: any AdminService,
        options: ConsoleOptions,
        until end: @escaping @Sendable () async -> Void,
        print: @escaping @MainActor ([String]) -> Bool
    ) async {
        let (events, output) = AsyncStream.makeStream(of: InputEvent.self)
        var printer = PlainPrinter()
        let size = TerminalSize(columns: 80, rows: 24)
        let runtime = ConsoleRuntime(
            service: service,
            events: events,
            model: ConsoleModel(options: options, size: size, now: ConsoleClock.system.now()),
            clock: .system
        ) { model in
            guard let lines = printer.lines(for: model) else { return }
            if !print(lines) { output.finish() }
        }
        await withDiscardingTaskGroup { group in
            group.addTask {
                await end()
                output.finish()
            }
            await runtime.run()
            group.cancelAll()
        }
    }
}
