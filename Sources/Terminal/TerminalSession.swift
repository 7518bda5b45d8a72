import Dispatch
import Glibc

/// The terminal from taking it over to giving it back: its screen, and what comes from it.
///
/// Keys are read on the main actor only, when there are some; an idle session never wakes up.
@MainActor
package final class TerminalSession {
    /// Events that wait for a slow reader; older ones are kept, newer ones dropped.
    private static let waitingEventsMax = 4_096

    package var screen: any Screen { curses }
    /// Ends after `hangUp`, or when the session is closed.
    package let events: AsyncStream<InputEvent>

    private let curses: CursesScreen
    private let output: AsyncStream<InputEvent>.Continuation
    private var decoder = KeyDecoder()
    private var input: (any DispatchSourceRead)?
    private var signals: [any DispatchSourceSignal] = []

    /// Takes over the terminal on standard input and output.
    ///
    /// With `asksForBackground` the terminal is asked for its background; if it answers, that
    /// comes as an event. Nothing waits for it.
    package init(
        theme: Theme,
        environment: [String: String],
        asksForBackground: Bool = false
    ) throws(TerminalFailure) {
        curses = try CursesScreen(theme: theme, environment: environment)
        (events, output) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.waitingEventsMax)
        )
        watchInput()
        if asksForBackground { askForBackground(environment) }
        // After curses, which brings handlers of its own.
        for signal in Self.watchedSignals { watch(signal) }
    }

    /// Restores the terminal; safe to call again.
    package func close() {
        stopWatching()
        curses.close()
        output.finish()
    }

    /// What the environment says may be old, but comes at once; the terminal corrects it.
    private func askForBackground(_ environment: [String: String]) {
        if let color = RGBColor(backgroundOf: environment) { output.yield(.background(color)) }
        if curses.askForBackground() { decoder.expectAnswers(since: .now) }
    }

    private static let watchedSignals = [
        SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT,
    ]

    private func watchInput() {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.readKeys() }
        }
        source.resume()
        input = source
    }

    private func watch(_ number: Int32) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.received(number) }
        }
        source.resume()
        signals.append(source)
    }

    private func stopWatching() {
        input?.cancel()
        input = nil
        guard !signals.isEmpty else { return }
        for source in signals { source.cancel() }
        signals = []
        for number in Self.watchedSignals { signal(number, SIG_DFL) }
    }

    private func readKeys() {
        let isGone = TerminalSession.isHungUp()
        let codes = isGone ? [] : curses.drainKeys()
        for event in decoder.events(from: codes, at: .now) { output.yield(event) }
        if isGone { hangUp() }
    }

    private func received(_ number: Int32) {
        switch number {
        case SIGWINCH: if curses.adoptSize() { output.yield(.resize(curses.size)) }
        case SIGHUP: hangUp()
        case SIGTSTP: curses.suspend()
        case SIGCONT: continued()
        default: output.yield(.terminate)
        }
    }

    private func continued() {
        curses.resume()
        output.yield(.resize(curses.size))
        output.yield(.resumed)
    }

    /// A closed terminal stays readable for ever: watching it on would cost a whole core.
    private func hangUp() {
        input?.cancel()
        input = nil
        output.yield(.hangUp)
        output.finish()
    }

    /// Whether standard input is closed: hung up, or readable without anything to read.
    private static func isHungUp() -> Bool {
        var query = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&query, 1, 0) >= 0 else { return false }
        let state = Int32(query.revents)
        if state & (POLLHUP | POLLERR | POLLNVAL) != 0 { return true }
        var waiting: Int32 = 0
        return state & POLLIN != 0 && ioctl(STDIN_FILENO, UInt(FIONREAD), &waiting) == 0
            && waiting == 0
    }
}
