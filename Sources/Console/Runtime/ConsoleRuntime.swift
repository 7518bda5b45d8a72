import Admin
import Policy
import Terminal

/// The loop around the pure parts: messages in, frames and effects out.
///
/// Everything runs on the main actor, one message at a time. Effects run as child tasks of the one
/// group in `run`, which waits for all of them.
@MainActor
final class ConsoleRuntime {
    /// Effects that wait to be started; more at once would mean a loop in `update`.
    private static let waitingEffectsMax = 1_024

    /// Revisions that the history shows.
    private static let historyLength = 200

    private(set) var model: ConsoleModel
    private let service: any AdminService
    /// Nil when lines are printed instead.
    private let screen: (any Screen)?
    private let paint: @MainActor (ConsoleModel) -> Void
    private let surroundings: ConsoleSurroundings
    private var library: ThemeLibrary
    private var themeStamp: [String]
    private let events: AsyncStream<InputEvent>
    private let clock: ConsoleClock
    private let copy: (@MainActor (String) -> Void)?
    private let effects: AsyncStream<ConsoleEffect>
    private let started: AsyncStream<ConsoleEffect>.Continuation
    private var conversation: Task<Void, Never>?

    convenience init(
        service: any AdminService,
        screen: any Screen,
        events: AsyncStream<InputEvent>,
        options: ConsoleOptions,
        clock: ConsoleClock,
        surroundings: ConsoleSurroundings = .none,
        copy: (@MainActor (String) -> Void)?
    ) {
        self.init(
            service: service,
            events: events,
            model: ConsoleModel(options: options, size: screen.size, now: clock.now()),
            clock: clock,
            surroundings: surroundings,
            screen: screen,
            copy: copy
        ) { model in
            screen.show(ConsoleView.frame(model, size: screen.size, glyphs: screen.glyphs))
        }
    }

    /// Shows the model by `paint`; `screen` is what effects act on, where there is one.
    init(
        service: any AdminService,
        events: AsyncStream<InputEvent>,
        model: ConsoleModel,
        clock: ConsoleClock,
        surroundings: ConsoleSurroundings = .none,
        screen: (any Screen)? = nil,
        copy: (@MainActor (String) -> Void)? = nil,
        paint: @escaping @MainActor (ConsoleModel) -> Void
    ) {
        self.copy = copy
        self.service = service
        self.screen = screen
        self.events = events
        self.clock = clock
        self.model = model
        self.paint = paint
        self.surroundings = surroundings
        library = surroundings.themes.library()
        themeStamp = surroundings.themes.stamp()
        (effects, started) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.waitingEffectsMax)
        )
    }

    /// Returns when the operator quits or the terminal is gone.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.readInput() }
            group.addTask { await self.keepTime() }
            deliver(.started(clock.now()))
            for await effect in effects {
                if effect == .quit { break }
                group.addTask { await self.perform(effect) }
            }
            group.cancelAll()
        }
    }

    /// Updates the model, starts the effects and paints, unless the next snapshot will do.
    private func deliver(_ message: ConsoleMessage) {
        for effect in model.update(message) {
            started.yield(effect)
        }
        guard !model.isOver, isWorthPainting(message) else { return }
        paint(model)
    }

    /// While snapshots come every second each of them moves the clock too, so a tick need not; the
    /// first of them follows the other answers at once.
    private func isWorthPainting(_ message: ConsoleMessage) -> Bool {
        switch message {
        case .received(.event, _, _), .received(.revision, _, _): false
        case .connected: model.telemetry != nil
        case .received(.snapshot, _, let now): model.telemetryTaken == now.monotonic
        case .ticked(let now): !model.isHeard(at: now)
        default: true
        }
    }

    private func readInput() async {
        for await event in events {
            let now = clock.now()
            switch event {
            case .key(let key): deliver(.keyPressed(key, now))
            case .paste(let text): deliver(.pasted(text, now))
            case .mouse(let mouse): deliver(.mouse(mouse, now))
            case .background(let color): deliver(.backgroundTold(isLight: color.isLight))
            case .resize(let size): deliver(.resized(size))
            case .resumed: deliver(.resumed(now))
            case .hangUp, .terminate: started.yield(.quit)
            }
        }
        started.yield(.quit)
    }

    private func keepTime() async {
        for await _ in clock.ticks() {
            reloadThemes()
            deliver(.ticked(clock.now()))
        }
    }

    // MARK: Effects

    private func perform(_ effect: ConsoleEffect) async {
        switch effect {
        case .connect(let attempt, let cursor):
            await connect(attempt: attempt, cursor: cursor)
        case .loadStatus, .loadPolicy, .loadBans, .loadTools, .loadRevisions:
            await load(effect)
        case .compare(let comparison):
            await compare(comparison)
        case .preview(let edit, let ticket):
            await preview(ticket: ticket) { () throws(AdminError) in
                try await self.service.check(edit)
            }
        case .previewRollBack(let number, let ticket):
            await preview(ticket: ticket) { () throws(AdminError) in
                let older = try await self.service.revision(number)
                return try await self.service.check(.replace(older.document))
            }
        case .commit(let change, let base, let reason, let ticket):
            await commit(change, base: base, reason: reason, ticket: ticket)
        case .copySecret(let secret): send(secret.revealed(), then: .secretSent)
        case .copyText(let text): send(text, then: .textSent(text))
        case .useTheme(let name): useTheme(name)
        case .useMouse(let isUsed): screen?.usesMouse = isUsed
        case .saveSettings(let settings): save(settings)
        case .export(let request): write(request)
        case .redraw: screen?.redraw()
        case .suspend: screen?.suspend()
        case .quit: break
        }
    }

    /// Hands text to the terminal's clipboard; nobody can know whether it arrived.
    private func send(_ text: String, then message: ConsoleMessage) {
        guard let copy else {
            deliver(.failed("The console cannot reach a clipboard through this terminal."))
            return
        }
        copy(text)
        deliver(message)
    }

    private func useTheme(_ name: String) {
        do throws(FileProblem) {
            guard let theme = try library.theme(named: name) else {
                deliver(.failed("There is no theme \(name)."))
                return
            }
            if theme != screen?.theme {
                screen?.theme = theme
                screen?.redraw()
            }
            deliver(.themeUsed(name))
        } catch {
            deliver(.failed("\(error); the theme in use stays."))
        }
    }

    /// Reads the themes again when a file of theirs changed.
    private func reloadThemes() {
        let stamp = surroundings.themes.stamp()
        guard stamp != themeStamp else { return }
        themeStamp = stamp
        library = surroundings.themes.library()
        deliver(.themesChanged(library.names))
    }

    private func save(_ settings: ConsoleSettings) {
        do throws(SettingsFailure) {
            deliver(.done("The settings are in \(try surroundings.save(settings))."))
        } catch {
            deliver(.failed(error.message))
        }
    }

    private func write(_ request: ExportRequest) {
        do throws(PrivateFile.Failure) {
            try PrivateFile.write(
                request.text,
                to: request.path,
                overwrites: request.overwrites
            )
            deliver(.done("\(request.rowCount) rows are in \(request.path)."))
        } catch {
            deliver(.failed(error.message))
        }
    }

    private func load(_ effect: ConsoleEffect) async {
        do throws(AdminError) {
            switch effect {
            case .loadStatus: deliver(.statusLoaded(try await service.status()))
            case .loadPolicy: deliver(.policyLoaded(try await service.policy()))
            case .loadTools: deliver(.toolsLoaded(try await service.toolPins()))
            case .loadRevisions:
                deliver(.revisionsLoaded(try await service.history(limit: Self.historyLength)))
            default: deliver(.bansLoaded(try await service.bans()))
            }
        } catch {
            // A server that is gone is told by the conversation.
            if error.code != .unavailable { deliver(.failed(error.message)) }
        }
    }

    private func compare(_ comparison: Comparison) async {
        do throws(AdminError) {
            let older = try await service.revision(comparison.older)
            let newer = try await service.revision(comparison.newer)
            let changes = newer.document.changes(from: older.document)
            deliver(.compared(.ready(changes), comparison))
        } catch {
            deliver(.compared(.failed(error.message), comparison))
        }
    }

    private func preview(
        ticket: Int,
        _ ask: () async throws(AdminError) -> EditPreview
    ) async {
        do throws(AdminError) {
            let preview = try await ask()
            deliver(.previewed(preview, ticket: ticket, clock.now()))
        } catch {
            deliver(.previewFailed(error, ticket: ticket, clock.now()))
        }
    }

    private func commit(
        _ change: Change,
        base: RevisionNumber,
        reason: String?,
        ticket: Int
    ) async {
        do throws(AdminError) {
            let result = try await service.commit(
                change,
                base: base,
                reason: reason
            )
            deliver(.committed(result, ticket: ticket, clock.now()))
        } catch {
            deliver(.commitFailed(error, ticket: ticket, clock.now()))
        }
    }

    // MARK: The connection

    private func connect(attempt: Int, cursor: UInt64?) async {
        conversation?.cancel()
        let task = Task { await converse(attempt: attempt, cursor: cursor) }
        conversation = task
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func converse(attempt: Int, cursor: UInt64?) async {
        do {
            // Everything is asked for at once: the first numbers should not wait for four answers
            // in a row.
            let updates = service.watch(after: cursor)
            async let status = service.status()
            async let policy = service.policy()
            async let bans = service.bans()
            let facts = ServerFacts(
                status: try await status,
                policy: try await policy,
                bans: try await bans
            )
            deliver(.connected(facts, attempt: attempt, clock.now()))
            for try await update in updates {
                deliver(.received(update, attempt: attempt, clock.now()))
            }
            end(attempt, AdminError(.unavailable, "The server ended the connection."))
        } catch let error as AdminError {
            end(attempt, error)
        } catch {
            end(attempt, AdminError(.unavailable, "The connection failed: \(error)."))
        }
    }

    private func end(_ attempt: Int, _ error: AdminError) {
        guard !Task.isCancelled else { return }
        deliver(.disconnected(error, attempt: attempt, clock.now()))
    }
}
