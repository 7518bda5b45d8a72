import Admin
import Policy
import Synchronization
import Telemetry
import Terminal
import Testing

@testable import Console

struct PlainReportTests {
    private func lines(
        _ printer: inout PlainPrinter,
        _ console: ConsoleScript
    ) -> [String]? {
        printer.lines(for: console.model)
    }

    @Test func `a block says what a screen would, in lines`() throws {
        var printer = PlainPrinter()
        let block = try #require(lines(&printer, ConsoleScript.live()))
        #expect(block.first == "13:02:11 UTC live: demo, revision 12")
        #expect(block.contains { $0.hasPrefix("Requests 47 per second, denied 0 per second") })
        #expect(
            block.contains(
                "Denied in the last minute: address_rate_limited 31, credentials_invalid 12"
            )
        )
        #expect(block.contains("Client 10.0.0.9: 1240 requests, 31 denied in the last minute"))
        #expect(block.contains { $0.hasPrefix("Event ") && $0.contains("critical") })
    }

    @Test func `no line holds an escape, a box or a second line, whatever a server says`() throws {
        var snapshot = ConsoleFixture.snapshot()
        snapshot.clients = [ConsoleFixture.client("\u{1B}]52;c;eA==\u{7}\n10.0.0.1", rate: 3)]
        var event = ConsoleFixture.event(cursor: 9, .authenticationFailure, .warning)
        event.detail = "\u{202E}x\r\n\u{9B}31m"
        snapshot.latestEvents = [event]
        var printer = PlainPrinter()
        let block = try #require(lines(&printer, ConsoleScript.live(snapshot: snapshot)))
        for scalar in block.joined().unicodeScalars {
            #expect(scalar.value >= 0x20 && !(0x7F...0x9F ~= scalar.value))
            #expect(scalar != "\u{202E}" && scalar != "│")
        }
    }

    @Test func `nothing new is not printed again`() {
        var printer = PlainPrinter()
        var console = ConsoleScript.live()
        #expect(lines(&printer, console) != nil)
        for _ in 0..<3 {
            console.wait(seconds: 1)
            console.send(
                .received(.snapshot(ConsoleFixture.snapshot()), attempt: 1, console.now)
            )
            #expect(lines(&printer, console) == nil)
        }
    }

    @Test func `news waits for the refresh, a lost connection does not`() {
        var printer = PlainPrinter()
        var console = ConsoleScript.live()
        console.model.options.settings.refreshSeconds = 5
        #expect(lines(&printer, console) != nil)
        console.model.telemetry?.openConnections = 99
        console.wait(seconds: 1)
        #expect(lines(&printer, console) == nil)
        let error = AdminError(.unavailable, "The server went away.")
        console.send(.disconnected(error, attempt: 1, console.now))
        let block = lines(&printer, console)
        #expect(block?.first?.contains("stale: demo") == true)
        #expect(block?.first?.contains("The server went away.") == true)
    }

    @Test func `an event is printed once`() {
        var printer = PlainPrinter()
        var console = ConsoleScript.live()
        #expect(lines(&printer, console)?.contains { $0.hasPrefix("Event") } == true)
        console.wait(seconds: 2)
        console.model.telemetry?.openConnections = 99
        let second = lines(&printer, console)
        #expect(second?.isEmpty == false)
        #expect(second?.contains { $0.hasPrefix("Event") } == false)
    }

    @Test func `authentication that is off and a lockdown are warned of`() {
        let document = PolicyDocument(authentication: AuthenticationRules(isRequired: false))
        var printer = PlainPrinter()
        let console = ConsoleScript.live(policy: ConsoleFixture.revision(1, document: document))
        #expect(lines(&printer, console)?.contains("Warning: authentication is off.") == true)
    }

    @MainActor
    @Test func `prints until its end, and until nobody reads`() async {
        let gate = InMemoryGate(ConsoleFixture.document) { ConsoleFixture.wall }
        let printed = Mutex<[String]>([])
        await ConsoleApplication.print(
            service: InMemoryAdminService(gate),
            options: ConsoleFixture.options,
            until: { await Task.never() },
            print: { lines in
                printed.withLock { $0 += lines }
                return !lines.contains { $0.contains("live: demo") }
            }
        )
        #expect(printed.withLock { $0.contains { $0.contains("live: demo, revision 1") } })
        await ConsoleApplication.print(
            service: InMemoryAdminService(gate),
            options: ConsoleFixture.options,
            until: {},
            print: { _ in true }
        )
    }
}

extension Task where Success == Never, Failure == Never {
    /// Returns only when the task is cancelled.
    fileprivate static func never() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        defer { continuation.finish() }
        for await _ in stream {}
    }
}
