import Admin
import Policy
import Synchronization
import Terminal
import Testing

@testable import Console

/// The loop with a service and a screen in memory.
@MainActor
struct RuntimeTests {
    private let screen = MemoryScreen(size: ConsoleFixture.size)
    private let input = AsyncStream.makeStream(of: InputEvent.self)
    private let seconds = AsyncStream.makeStream(of: Void.self)
    private let gate = InMemoryGate(ConsoleFixture.document) { ConsoleFixture.wall }

    /// Answers as the in-memory gate does, unless told to be away.
    private func makeRuntime(copied: (@MainActor (String) -> Void)?) -> ConsoleRuntime {
        let ticks = seconds.stream
        let clock = SteppingClock()
        return ConsoleRuntime(
            service: InMemoryAdminService(gate),
            screen: screen,
            events: input.stream,
            options: ConsoleFixture.options,
            clock: ConsoleClock(now: { clock.next() }, ticks: { ticks }),
            copy: copied
        )
    }

    /// Waits for a frame by letting the other tasks run; a bound turns a hang into a failure.
    private func frame(containing words: String) async -> Bool {
        if await until({ screen.latest?.text().contains(words) == true }) { return true }
        Issue.record("no frame says \(words); the last:\n\(screen.latest?.text() ?? "none")")
        return false
    }

    /// Other threads take part, so the bound is time and not a number of turns.
    private func until(_ isTrue: () -> Bool) async -> Bool {
        let end = ContinuousClock.now.advanced(by: .seconds(30))
        while ContinuousClock.now < end {
            if isTrue() { return true }
            await Task.yield()
        }
        return false
    }

    /// The loop must be over with `key`; a hang-up after it keeps a failed test from hanging.
    private func end(_ loop: Task<Void, Never>, with key: Key? = nil) async {
        if let key { press(key) }
        input.continuation.yield(.hangUp)
        await loop.value
    }

    private func press(_ keys: Key...) {
        for key in keys { input.continuation.yield(.key(key)) }
    }

    private func type(_ text: String) {
        for character in text { press(.character(character)) }
    }

    @Test func `shows tools when they are asked for, and approves one`() async {
        let changed = ConsoleFixture.tool("read_file", of: "files", isChanged: true)
        gate.restore([ConsoleFixture.pin("read_file", of: "files", isChanged: true)])
        let runtime = makeRuntime { _ in }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        press(.character("8"))
        _ = await frame(containing: changed.pending?.short ?? "no version")
        press(.character("a"))
        _ = await frame(containing: "Approve read_file as it is now")
        press(.enter)
        _ = await frame(containing: "Reads and sends")
        press(.tab, .enter)
        _ = await frame(containing: "read_file is approved as it is now")
        #expect(await frame(containing: "as pinned"))
        await end(loop, with: .character("q"))
    }

    @Test func `compares two revisions and commits what was staged`() async {
        let runtime = makeRuntime { _ in }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        for line in [":deny 192.0.2.1 noise", ":set limits.blockSeconds 90"] {
            type(line)
            press(.enter)
            _ = await frame(containing: "Enter: review")
            press(.enter)
            _ = await frame(containing: "[ Stage ]")
            _ = await frame(containing: line.hasPrefix(":deny") ? "192.0.2.1/32" : "60 → 90")
            press(.character("s"))
            _ = await frame(containing: "Staged: ")
        }
        press(.character("c"))
        _ = await frame(containing: "Commit 2 staged changes")
        press(.enter)
        _ = await frame(containing: "limits.blockSeconds: 60 → 90")
        press(.tab, .enter)
        _ = await frame(containing: "rev 2 in force")
        press(.character("0"))
        _ = await frame(containing: "first start")
        press(.character("="))
        _ = await frame(containing: "From rev 1 to rev 2")
        #expect(await frame(containing: "+ denylist 192.0.2.1/32: noise"))
        await end(loop, with: .escape)
    }

    @Test func `connects, shows what is there, edits it and shows the revision in force`() async {
        let runtime = makeRuntime { _ in }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        gate.publish(ConsoleFixture.snapshot())
        _ = await frame(containing: "10.0.0.9")
        type(":allow 10.44.0.0/16 lab")
        press(.enter)
        _ = await frame(containing: "Add to an access list")
        press(.enter)
        _ = await frame(containing: "10.44.0.0/16")
        _ = await frame(containing: "Commit")
        press(.tab, .enter)
        _ = await frame(containing: "rev 2 in force on every loop after")
        press(.character("5"))
        #expect(await frame(containing: "10.44.0.0/16"))
        await end(loop, with: .character("q"))
    }

    @Test func `rotates a key and hands the secret to the clipboard only when asked`() async {
        let copied = Mutex<[String]>([])
        let runtime = makeRuntime { text in copied.withLock { $0.append(text) } }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        press(.character("7"), .character("R"), .enter)
        _ = await frame(containing: "Commit")
        press(.tab, .enter)
        _ = await frame(containing: "Shown once")
        #expect(copied.withLock { $0.isEmpty })
        press(.character("y"))
        _ = await frame(containing: "Sent to the terminal's clipboard")
        #expect(await until { copied.withLock { !$0.isEmpty } })
        let secret = copied.withLock { $0.first } ?? ""
        #expect(secret.hasPrefix("mcpk_"))
        press(.enter)
        _ = await frame(containing: "Have you stored it?")
        press(.tab, .enter)
        _ = await frame(containing: "in force")
        #expect(!screen.frames.contains { $0.text().contains(secret) })
        input.continuation.yield(.terminate)
        await loop.value
    }

    @Test func `says so when there is no clipboard, and never that something was sent`() async {
        let runtime = makeRuntime(copied: nil)
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        press(.character("5"), .character("y"))
        #expect(await frame(containing: "cannot reach a clipboard"))
        await end(loop, with: .character("q"))
    }

    @Test func `stays when the server goes, and says so`() async {
        let runtime = makeRuntime { _ in }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        gate.disconnectWatchers()
        #expect(await frame(containing: "STALE"))
        #expect(await frame(containing: "retry 1 in"))
        await end(loop)
    }

    @Test func `a tick that changes nothing paints nothing but the clock`() async {
        let runtime = makeRuntime { _ in }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        let before = screen.frames.count
        for _ in 0..<3 {
            seconds.continuation.yield()
            await Task.yield()
        }
        #expect(screen.frames.count <= before + 3)
        input.continuation.finish()
        await loop.value
    }

    @Test func `suspends, redraws and changes the theme through the screen`() async {
        let runtime = makeRuntime { _ in }
        let loop = Task { await runtime.run() }
        _ = await frame(containing: "live")
        type(":theme nord")
        press(.enter)
        _ = await frame(containing: "Theme nord.")
        #expect(screen.theme.name == "nord")
        press(.control("z"))
        #expect(await until { screen.isSuspended })
        await end(loop, with: .character("q"))
    }
}

/// A clock on which half a second passes whenever it is read.
final class SteppingClock: Sendable {
    private let milliseconds = Mutex<Int64>(0)

    func next() -> Moment {
        milliseconds.withLock { milliseconds in
            milliseconds += 500
            return ConsoleFixture.moment(atMilliseconds: milliseconds)
        }
    }
}
