import Policy
import Store
import Testing

@testable import Control

@Suite struct BlockBookTests {
    private let noon = Timestamp(millisecondsSince1970: 1_790_000_000_000)

    private func block(_ subject: String, milliseconds: Int64 = 60_000) -> KeptBlock {
        KeptBlock(
            name: KeptBlock.Name(cause: .addressRate, subject: subject),
            since: noon,
            until: Timestamp(millisecondsSince1970: noon.millisecondsSince1970 + milliseconds)
        )
    }

    @Test func `a block is written once, and forgotten once it ended`() {
        var book = BlockBook(remembered: [])
        let begun = book.changes(to: [block("192.0.2.1")])
        #expect(begun == BlockBook.Changes(begun: [block("192.0.2.1")], ended: []))
        book.markWritten(begun)
        #expect(book.changes(to: [block("192.0.2.1")]).isEmpty)
        let over = book.changes(to: [])
        #expect(over.ended == [block("192.0.2.1").name])
        book.markWritten(over)
        #expect(book.changes(to: []).isEmpty)
    }

    @Test(arguments: [(-1000, false), (1000, false), (-1001, true), (1001, true)])
    func `an end that moves by a second is the same, by more it is another`(
        milliseconds: Int64,
        isNews: Bool
    ) {
        let book = BlockBook(remembered: [block("192.0.2.1")])
        let moved = block("192.0.2.1", milliseconds: 60_000 + milliseconds)
        #expect(book.changes(to: [moved]).isEmpty == !isNews)
    }

    @Test func `what the store remembered and is not in force is forgotten`() {
        let book = BlockBook(remembered: [block("192.0.2.1"), block("192.0.2.2")])
        let changes = book.changes(to: [block("192.0.2.2")])
        #expect(changes.ended.map(\.subject) == ["192.0.2.1"])
        #expect(changes.begun.isEmpty)
    }

    @Test func `of too many those that end last are kept`() {
        let book = BlockBook(remembered: [])
        let blocks = (0..<BlockBook.keptMax + 5).map { number in
            block("key\(number)", milliseconds: Int64(number) * 2000)
        }
        let begun = book.changes(to: blocks).begun
        #expect(begun.count == BlockBook.keptMax)
        #expect(begun.last?.name.subject == "key5")
    }
}
