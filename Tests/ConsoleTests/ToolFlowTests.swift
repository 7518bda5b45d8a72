import Admin
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

struct ToolFlowTests {
    private func onTools(pinning: ToolRules.Pinning = .warn) -> ConsoleScript {
        var document = ConsoleFixture.document
        document.tools = ToolRules(pinning: pinning)
        var console = ConsoleScript.live(policy: ConsoleFixture.revision(document: document))
        console.press(.character("8"))
        return console
    }

    private var changed: ToolStanding { ConsoleFixture.tools[2] }

    @Test func `opening the screen asks for the tools, and so does news of a change`() {
        var console = onTools()
        #expect(console.takeEffects() == [.loadTools])
        let event = ConsoleFixture.event(cursor: 9, .toolChanged, .warning, reason: .toolChanged)
        console.send(.received(.event(event), attempt: 1, console.now))
        #expect(console.takeEffects() == [.loadTools])
        console.press(.character("1"))
        let next = ConsoleFixture.event(cursor: 10, .toolChanged, .warning, reason: .toolChanged)
        console.send(.received(.event(next), attempt: 1, console.now))
        #expect(console.takeEffects().isEmpty)
    }

    @Test func `says of each tool whether it is as pinned, changed or hides something`() {
        let states = onTools().model.rows.map { $0.cells[1].text }
        #expect(states == ["as pinned", "as pinned", "changed", "flagged"])
        #expect(onTools(pinning: .block).model.rows[2].cells[1].text == "blocked")
        #expect(onTools(pinning: .block).screen.contains("hidden and refused until"))
    }

    @Test func `approves the version that was shown, with its difference and a reason`() {
        var console = onTools()
        console.press(.character("j"), .character("j"), .character("a"))
        console.type("release 2")
        console.press(.enter)
        #expect(console.screen.contains(#"description: "Reads" → "Reads and sends""#))
        _ = console.takeEffects()
        console.confirm()
        guard
            case .commit(.approveTool(let approval), _, "release 2", 1)? =
                console.takeEffects().last
        else {
            Issue.record("nothing was approved")
            return
        }
        #expect(approval.pending == changed.pending && approval.server == "files")
        console.answerCommit(.approved(changed))
        #expect(console.takeEffects() == [.loadTools])
        #expect(console.screen.contains("read_file is approved as it is now"))
    }

    @Test func `a tool that changes under the review keeps the digest that was read`() {
        var console = onTools()
        console.press(.character("j"), .character("j"), .character("a"))
        var again = ConsoleFixture.tools
        again[2].pending = ConsoleFixture.digest(99)
        console.send(.toolsLoaded(again))
        console.press(.enter)
        console.confirm()
        guard case .commit(.approveTool(let approval), _, _, _)? = console.takeEffects().last
        else {
            Issue.record("nothing was sent")
            return
        }
        #expect(approval.pending == changed.pending)
        console.send(
            .commitFailed(.toolChangedAgain, ticket: console.model.ticket, console.now)
        )
        #expect(console.takeEffects().contains(.loadTools))
        #expect(console.screen.contains("the tool has changed again"))
        #expect(console.review?.isCommitPossible == false)
    }

    @Test func `a tool that is as pinned cannot be approved`() {
        var console = onTools()
        console.press(.character("a"))
        #expect(console.model.dialog == nil)
        #expect(console.screen.contains("there is nothing to approve"))
    }

    @Test func `names that compare alike are different tools`() {
        let composed = ConsoleFixture.tool("caf\u{E9}", isChanged: true)
        let decomposed = ConsoleFixture.tool("cafe\u{301}", isChanged: true)
        #expect(ToolName(composed) != ToolName(decomposed))
        var console = ConsoleScript.live(tools: [composed, decomposed])
        console.press(.character("8"), .character("j"), .character("a"))
        guard case .approveTool(let approval)? = console.form?.purpose else {
            Issue.record("no approval was begun")
            return
        }
        #expect(approval.tool.utf8.elementsEqual(decomposed.tool.utf8))
    }

    @Test func `b blocks changed tools and e chooses what a change means`() {
        var console = onTools()
        _ = console.takeEffects()
        console.press(.character("b"))
        let block = PolicyEdit.setToolRules(ToolRules(pinning: .block))
        #expect(console.takeEffects() == [.preview(block, ticket: 1)])
        console.press(.escape, .character("e"), .left, .enter)
        let off = PolicyEdit.setToolRules(ToolRules(pinning: .off))
        #expect(console.takeEffects() == [.preview(off, ticket: 2)])
        var blocking = onTools(pinning: .block)
        blocking.press(.character("b"))
        #expect(blocking.model.dialog == nil)
        #expect(blocking.screen.contains("blocked already"))
    }

    @Test func `approves by name from the command line, and only where one is meant`() {
        var console = onTools()
        console.command("approve read_file")
        #expect(console.form?.title == "Approve read_file as it is now")
        console.press(.escape)
        console.command("approve delete_file")
        #expect(console.screen.contains("There is no changed tool delete_file"))
        console.send(.toolsLoaded([changed, ConsoleFixture.tool("read_file", isChanged: true)]))
        console.command("approve read_file")
        #expect(console.screen.contains("Several servers changed read_file"))
    }

    @Test func `the detail shows what changed`() {
        var console = onTools()
        console.press(.character("j"), .character("j"), .enter)
        #expect(console.screen.contains("/servers/files/mcp"))
        #expect(console.screen.contains("Reads and sends"))
        console.press(.character("a"))
        #expect(console.form?.title == "Approve read_file as it is now")
    }
}
