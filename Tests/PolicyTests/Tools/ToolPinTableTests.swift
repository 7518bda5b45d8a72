import Testing

@testable import Policy

@Suite struct ToolPinTableTests {
    private var table = ToolPinTable()

    private func definition(_ description: String) -> [UInt8] {
        Array(#"{"description":"\#(description)","name":"a"}"#.utf8)
    }

    private func observe(
        _ table: inout ToolPinTable,
        _ tool: String = "a",
        of server: String = "",
        as number: UInt64 = 1
    ) -> ToolPinTable.Sighting {
        table.observe(tool, of: server, definition: definition("\(number)"), digest: digest(number))
    }

    private func approve(
        _ table: inout ToolPinTable,
        _ tool: String,
        of server: String = "",
        as number: UInt64
    ) -> Bool {
        table.approve(tool, of: server, digest: digest(number))
    }

    @Test func `pins what it sees first and knows it again`() {
        var table = table
        #expect(observe(&table) == .first)
        #expect(observe(&table) == .unchanged)
        #expect(!table.isChanged("a", of: ""))
        #expect(table.changed.isEmpty)
    }

    @Test func `a changed tool is news once and changed until it is approved`() {
        var table = table
        _ = observe(&table)
        #expect(observe(&table, as: 2) == .changed(isNews: true))
        #expect(observe(&table, as: 2) == .changed(isNews: false))
        #expect(table.isChanged("a", of: ""))
        #expect(table.changed.map(\.difference) == [[#"description: "1" → "2""#]])
        #expect(approve(&table, "a", as: 2))
        #expect(!table.isChanged("a", of: ""))
        #expect(observe(&table, as: 2) == .unchanged)
        #expect(observe(&table, as: 1) == .changed(isNews: true))
    }

    @Test func `approves only the version that was shown`() {
        var table = table
        _ = observe(&table)
        _ = observe(&table, as: 2)
        _ = observe(&table, as: 3)
        #expect(!approve(&table, "a", as: 2))
        #expect(!approve(&table, "a", of: "other", as: 3))
        #expect(!approve(&table, "b", as: 3))
        #expect(table.isChanged("a", of: ""))
        #expect(approve(&table, "a", as: 3))
        #expect(!approve(&table, "a", as: 3))
    }

    @Test func `a tool that turns back is what was pinned, and its next change is news again`() {
        var table = table
        _ = observe(&table)
        _ = observe(&table, as: 2)
        #expect(observe(&table, as: 1) == .unchanged)
        #expect(!table.isChanged("a", of: ""))
        #expect(observe(&table, as: 2) == .changed(isNews: true))
    }

    @Test func `the same name on another server is another tool`() {
        var table = table
        _ = observe(&table)
        #expect(observe(&table, of: "files", as: 2) == .first)
        #expect(observe(&table, as: 1) == .unchanged)
    }

    @Test func `a name that is only equivalent is another tool`() {
        var table = table
        #expect(observe(&table, "caf\u{E9}") == .first)
        #expect(observe(&table, "cafe\u{301}", as: 2) == .first)
        #expect(observe(&table, "caf\u{E9}") == .unchanged)
    }

    @Test func `pins no more tools than it has room for, and forgets none`() {
        var table = ToolPinTable(toolCountMax: 3, toolsPerServerMax: 3, definitionBytesMax: 1000)
        for name in ["a", "b", "c"] { #expect(observe(&table, name) == .first) }
        #expect(observe(&table, "d") == .unpinned)
        #expect(observe(&table, "a", as: 2) == .changed(isNews: true))
    }

    @Test func `one server never takes the room of another`() {
        var table = ToolPinTable(
            toolCountMax: 100,
            toolsPerServerMax: 3,
            definitionBytesMax: 1000
        )
        for name in ["a", "b", "c"] { #expect(observe(&table, name, of: "greedy") == .first) }
        #expect(observe(&table, "d", of: "greedy") == .unpinned)
        #expect(observe(&table, "a", of: "modest") == .first)
    }

    @Test func `counts the tools that wait`() {
        var table = table
        _ = observe(&table)
        _ = observe(&table, as: 2)
        _ = observe(&table, as: 3)
        #expect(table.changedCount == 1)
        var next = ToolPinTable()
        next.restore(table.all)
        #expect(next.changedCount == 1)
        #expect(approve(&next, "a", as: 3))
        #expect(next.changedCount == 0)
        _ = observe(&table, as: 1)
        #expect(table.changedCount == 0)
    }

    @Test func `a definition without room is pinned by its digest`() {
        let room = definition("1").count * 2
        var table = ToolPinTable(
            toolCountMax: 100,
            toolsPerServerMax: 100,
            definitionBytesMax: room
        )
        for name in ["a", "b", "c"] { #expect(observe(&table, name) == .first) }
        #expect(table.all.map(\.approved.definition.isEmpty) == [false, false, true])
        #expect(observe(&table, "c") == .unchanged)
        #expect(observe(&table, "c", as: 2) == .changed(isNews: true))
        #expect(table.changed.first?.difference.count == 1)
    }

    @Test func `a tool that keeps changing takes no more room`() {
        let room = definition("1").count * 3
        var table = ToolPinTable(
            toolCountMax: 100,
            toolsPerServerMax: 100,
            definitionBytesMax: room
        )
        _ = observe(&table)
        for _ in 0..<100 {
            for number in UInt64(2)...4 { _ = observe(&table, as: number) }
            #expect(table.changed.first?.pending?.definition == definition("4"))
            #expect(approve(&table, "a", as: 4))
            _ = observe(&table, as: 1)
            #expect(approve(&table, "a", as: 1))
        }
        #expect(observe(&table, "b") == .first)
        #expect(table.all.map(\.approved.definition.isEmpty) == [false, false])
    }

    @Test func `pins and waiting changes survive a restart`() {
        var table = table
        _ = observe(&table, "b")
        _ = observe(&table, "a")
        _ = observe(&table, "a", as: 2)
        var next = ToolPinTable()
        next.restore(table.all)
        #expect(next.all == table.all)
        #expect(next.all.map(\.tool) == ["a", "b"])
        #expect(next.isChanged("a", of: ""))
        #expect(observe(&next, "a", as: 2) == .changed(isNews: false))
        #expect(approve(&next, "a", as: 2))
    }
}
