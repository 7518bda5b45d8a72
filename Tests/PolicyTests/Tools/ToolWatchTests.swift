import MCP
import Testing

@testable import Policy

@Suite struct ToolWatchTests {
    private let watch = ToolWatch()

    private func sample(_ name: String, _ number: UInt64 = 1) throws -> ToolWatch.Sample {
        let text = #"{"result":{"tools":[{"name":"\#(name)","description":"\#(number)"}]}}"#
        let bytes = Array(text.utf8)
        let catalogue = try #require(try Catalogue.read(bytes.span.bytes, as: .tools))
        let definition = catalogue.definition(of: catalogue.entries[0], in: bytes.span.bytes)
        return ToolWatch.Sample(definition: definition, digest: digest(number))
    }

    private func names(_ names: String...) -> Set<[UInt8]> { Set(names.map { Array($0.utf8) }) }

    @Test func `a list is known again until a pin changes`() throws {
        #expect(watch.recall(digest(100), of: "") == nil)
        _ = watch.observe([try sample("a")], list: digest(100), of: "")
        #expect(watch.recall(digest(100), of: "") == [])
        #expect(watch.recall(digest(100), of: "files") == nil)
        let finding = watch.observe([try sample("a", 2)], list: digest(101), of: "")
        #expect(finding.withheld == names("a"))
        #expect(finding.news == [.changed(tool: "a")])
        #expect(watch.recall(digest(100), of: "") == nil)
        #expect(watch.recall(digest(101), of: "") == names("a"))
        #expect(watch.approve(tool: "a", server: "", digest: digest(2)))
        #expect(watch.recall(digest(101), of: "") == nil)
    }

    @Test func `knows a bounded number of lists`() throws {
        for number in UInt64(0)..<200 { _ = watch.observe([], list: digest(number), of: "") }
        let known = (UInt64(0)..<200).count { watch.recall(digest($0), of: "") != nil }
        #expect(known == 64)
        #expect(watch.recall(digest(199), of: "") != nil)
    }

    @Test func `withholds nothing until something changes, and again after approval`() throws {
        _ = watch.observe([try sample("a"), try sample("b")], list: digest(100), of: "")
        #expect(!watch.withholds("a", of: ""))
        _ = watch.observe([try sample("a", 2)], list: digest(101), of: "")
        #expect(watch.withholds("a", of: ""))
        #expect(!watch.withholds("b", of: ""))
        #expect(!watch.withholds("a", of: "files"))
        #expect(!watch.withholds("never seen", of: ""))
        #expect(!watch.approve(tool: "a", server: "", digest: digest(3)))
        #expect(watch.approve(tool: "a", server: "", digest: digest(2)))
        #expect(!watch.withholds("a", of: ""))
    }

    @Test func `what waited before a restart waits after it`() throws {
        _ = watch.observe([try sample("a")], list: digest(100), of: "")
        _ = watch.observe([try sample("a", 2)], list: digest(101), of: "")
        let next = ToolWatch()
        next.restore(watch.pins)
        #expect(next.withholds("a", of: ""))
        #expect(next.changed == watch.changed)
    }

    @Test func `the revision grows with each change and with nothing else`() throws {
        var last = watch.revision
        func hasGrown() -> Bool {
            defer { last = watch.revision }
            return watch.revision > last
        }
        _ = watch.observe([try sample("a")], list: digest(100), of: "")
        #expect(hasGrown())
        _ = watch.observe([try sample("a")], list: digest(100), of: "")
        #expect(!hasGrown())
        _ = watch.observe([try sample("a", 2)], list: digest(101), of: "")
        #expect(hasGrown())
        _ = watch.observe([try sample("a", 2)], list: digest(101), of: "")
        #expect(!hasGrown())
        _ = watch.observe([try sample("a")], list: digest(100), of: "")
        #expect(hasGrown())
        _ = watch.observe([try sample("a", 3)], list: digest(102), of: "")
        _ = watch.approve(tool: "a", server: "", digest: digest(9))
        #expect(hasGrown())
        _ = watch.approve(tool: "a", server: "", digest: digest(3))
        #expect(hasGrown())
    }

    @Test func `texts that hide something are news when they are new`() throws {
        let hidden = #"x\u202e"#
        let news = watch.observe([try sample(hidden)], list: digest(1), of: "").news
        #expect(news == [.flagged(tool: "x\u{202E}", [.bidirectional, .unusualName])])
        #expect(watch.observe([try sample(hidden)], list: digest(2), of: "").news.isEmpty)
        #expect(watch.observe([try sample(hidden, 2)], list: digest(3), of: "").news.count == 2)
    }
}
