import Admin
import Policy
import Terminal
import Testing

@testable import Console

/// What the top of every screen must not keep from an operator.
struct HeaderTests {
    private func console(
        lockdown: LockdownRule? = nil,
        certificateSeconds: Int64? = nil
    ) -> ConsoleScript {
        var document = ConsoleFixture.document
        document.lockdown = lockdown
        let policy = ConsoleFixture.revision(document: document)
        var console = ConsoleScript.live(policy: policy)
        var status = ConsoleFixture.status
        status.certificate = certificateSeconds.map { seconds in
            CertificateTerm(
                names: ["gate.example"],
                validUntil: console.now.wall.advanced(bySeconds: seconds),
                daysLeft: 0
            )
        }
        let facts = ServerFacts(status: status, policy: policy, bans: [])
        console.send(.connected(facts, attempt: 1, console.now))
        return console
    }

    @Test func `every screen says that the gate is in lockdown`() {
        var console = console(lockdown: LockdownRule(networks: []))
        for screen in ScreenName.allCases {
            console.type("\(screen.digit)")
            #expect(console.screen.contains("LOCKDOWN"), "\(screen)")
        }
        console.send(.resized(TerminalSize(columns: 30, rows: 1)))
        #expect(console.screen.contains("LOCKDOWN"))
    }

    @Test func `a lockdown that has ended is said no more`() {
        let end = ConsoleFixture.wall.advanced(bySeconds: 2)
        var console = console(lockdown: LockdownRule(networks: [], expires: end))
        #expect(console.screen.contains("LOCKDOWN"))
        console.wait(seconds: 3)
        #expect(!console.screen.contains("LOCKDOWN"))
        #expect(!self.console().screen.contains("LOCKDOWN"))
    }

    @Test(arguments: [
        (90 * 86_400 + 60, "TLS 90d"), (86_460, "TLS 1d"), (60, "TLS 0d"), (0, "TLS EXPIRED"),
        (-1, "TLS EXPIRED"),
    ])
    func `the days that the certificate has left are shown`(seconds: Int64, words: String) {
        #expect(console(certificateSeconds: seconds).screen.contains(words))
    }

    @Test func `without TLS nothing is said of it`() {
        #expect(!console().screen.contains("TLS"))
    }
}
