import Admin
import Policy
import Terminal
import Testing

@testable import Console

struct UpstreamFlowTests {
    private func onUpstreams() -> ConsoleScript {
        var console = ConsoleScript.live()
        console.press(.character("9"))
        _ = console.takeEffects()
        return console
    }

    @Test func `lists the main server and every named one with what is behind it`() {
        let console = onUpstreams()
        #expect(
            console.model.rows.map(\.entity.name) == [
                "/mcp", "/servers/files/mcp", "/servers/issues/mcp",
            ]
        )
        for words in ["the gate's own tools", "/usr/bin/mcp-files", "http://127.0.0.1:9000/mcp"] {
            #expect(console.screen.contains(words), "\(words)")
        }
        #expect(console.model.rows[1].cells[4...5].map(\.text) == ["2", "1"])
    }

    @Test func `opening the screen asks how servers are doing, and so does every second on it`() {
        var console = ConsoleScript.live()
        console.press(.character("9"))
        #expect(console.takeEffects() == [.loadStatus, .loadTools])
        let snapshot = AdminUpdate.snapshot(ConsoleFixture.snapshot())
        console.send(.received(snapshot, attempt: 1, console.now))
        #expect(console.takeEffects() == [.loadStatus])
        console.press(.character("1"))
        console.send(.received(snapshot, attempt: 1, console.now))
        #expect(console.takeEffects().isEmpty)
    }

    @Test(arguments: [
        (true, nil, "reachable", "closed: calls are sent"),
        (false, nil, "lost", "closed: calls are sent"),
        (false, 4, "held 4s", "open: no call is sent for 4 s"),
        (nil, nil, "not tried", "closed: calls are sent"),
    ])
    func `says of a server over HTTP whether it can be reached and is sent calls`(
        isReachable: Bool?,
        suspendedSeconds: Int64?,
        state: String,
        breaker: String
    ) {
        var console = onUpstreams()
        var status = ConsoleFixture.status
        status.upstreams[0].isReachable = isReachable
        status.upstreams[0].suspendedSeconds = suspendedSeconds
        console.send(.statusLoaded(status))
        #expect(console.model.rows.map { $0.cells[1].text } == ["built-in", "command", state])
        console.press(.character("G"), .enter)
        #expect(console.screen.contains(breaker))
    }

    @Test func `adds a server behind an address`() {
        var console = onUpstreams()
        console.press(.character("a"))
        console.type("wiki")
        console.press(.tab)
        console.type("http://127.0.0.1:9100/mcp")
        console.press(.tab, .tab)
        console.retype("env:WIKI_TOKEN")
        console.press(.enter)
        let rule = UpstreamRule(
            url: "http://127.0.0.1:9100/mcp",
            credential: UpstreamCredential(source: "env:WIKI_TOKEN")
        )
        let edit = PolicyEdit.setServer(ServerRule(name: "wiki", upstream: rule))
        #expect(console.takeEffects() == [.preview(edit, ticket: 1)])
    }

    @Test func `adds a command whose one process all sessions share`() {
        var console = onUpstreams()
        console.press(.character("a"))
        console.type("clock")
        console.press(.tab)
        console.type("/usr/bin/mcp-clock --utc")
        console.press(.tab, .right, .tab)
        console.retype("file:/run/secrets/clock")
        console.press(.enter)
        var rule = UpstreamRule(command: ["/usr/bin/mcp-clock", "--utc"], isSharedChild: true)
        rule.credential = UpstreamCredential(prefix: "", source: "file:/run/secrets/clock")
        let edit = PolicyEdit.setServer(ServerRule(name: "clock", upstream: rule))
        #expect(console.takeEffects() == [.preview(edit, ticket: 1)])
    }

    @Test func `a changed address keeps the credential that was set`() {
        var console = onUpstreams()
        console.press(.character("G"), .character("e"))
        console.retype("http://127.0.0.1:9001/mcp")
        console.press(.enter)
        var rule = ConsoleFixture.document.servers[1].upstream
        rule.url = "http://127.0.0.1:9001/mcp"
        let edit = PolicyEdit.setServer(ServerRule(name: "issues", upstream: rule))
        #expect(console.takeEffects() == [.preview(edit, ticket: 1)])
    }

    @Test func `a server without a name or anything behind it stays a form`() {
        var console = onUpstreams()
        console.press(.character("a"), .enter)
        #expect(console.takeEffects().isEmpty)
        #expect(console.form?.focused.name == .serverName)
        #expect(console.screen.contains("A server needs a name"))
        #expect(console.screen.contains("Write an address or a command"))
    }

    @Test func `takes a named server away, and the main one back to the gate's own tools`() {
        var console = onUpstreams()
        console.press(.character("j"), .character("D"))
        #expect(console.takeEffects() == [.preview(.removeServer("files"), ticket: 1)])
        console.press(.escape, .character("k"), .character("D"))
        #expect(console.takeEffects().isEmpty)
        #expect(console.screen.contains("The gate's own tools answer on /mcp already"))
    }
}
