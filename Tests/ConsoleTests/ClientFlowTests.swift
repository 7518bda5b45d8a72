import Admin
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

struct ClientFlowTests {
    @Test func `a client is put on the allowlist from its row`() {
        var console = ConsoleScript.live()
        console.press(.character("2"), .character("a"))
        #expect(console.form?.text(.address) == "10.0.0.5")
        #expect(console.form?.text(.list) == "allowlist")
        console.press(.enter)
        let entry = AddressEntry(prefix: ConsoleFixture.prefix("10.0.0.5/32"))
        #expect(console.takeEffects() == [.preview(.addEntry(.allowlist, entry), ticket: 1)])
    }

    @Test func `the detail tells denials by reason, keys and when it was seen`() {
        var snapshot = ConsoleFixture.snapshot()
        snapshot.keyUsage.append(
            KeyUsage(
                key: KeyID("b3Rt9wAa"),
                lastUsed: ConsoleFixture.wall,
                lastAddress: "10.0.0.5",
                requests: 4
            )
        )
        snapshot.latestEvents.append(
            ConsoleFixture.event(
                cursor: 4,
                .rateLimitViolation,
                .warning,
                reason: .addressRateLimited,
                address: "10.0.0.5"
            )
        )
        snapshot.latestEvents.append(
            ConsoleFixture.event(
                cursor: 5,
                .authenticationFailure,
                .warning,
                reason: .credentialsInvalid,
                address: "10.0.0.5"
            )
        )
        var console = ConsoleScript.live(snapshot: snapshot)
        console.press(.character("2"), .enter)
        let lines = console.model.detail(of: .client("10.0.0.5")).map { "\($0.label) \($0.value)" }
        let reasons = lines.drop { !$0.hasPrefix("Refused for") }.prefix(2)
        #expect(
            Array(reasons) == ["Refused for credentials_invalid 5", " address_rate_limited 4"]
        )
        for words in ["k7Qm2xYz (ci-runner)", "b3Rt9wAa (desk of bo)", "First seen"] {
            #expect(lines.contains { $0.contains(words) }, "\(words)")
        }
    }

    @Test func `an action in the detail means the client in it, not the row selected since`() {
        var console = ConsoleScript.live()
        console.press(.character("2"), .enter)
        let fewer = Array(ConsoleFixture.clients.dropFirst())
        console.send(
            .received(.snapshot(ConsoleFixture.snapshot(clients: fewer)), attempt: 1, console.now)
        )
        console.press(.character("b"))
        #expect(console.form?.text(.address) == "10.0.0.5")
    }
}
