import Policy
import Testing

@testable import Control

@Suite struct ActivationBookTests {
    @Test func `remembers the latest revisions and gives up the oldest`() {
        var book = ActivationBook()
        let count = UInt64(ActivationBook.capacity) + 5
        for number in 1...count { book.note(Int64(number), of: RevisionNumber(number)) }
        #expect(book[RevisionNumber(5)] == nil)
        #expect(book[RevisionNumber(6)] == 6)
        #expect(book[RevisionNumber(count)] == Int64(count))
    }
}
