import Rehearsal
import Testing

@Suite struct SummaryTests {
    @Test func `the median of an even count lies between the middle two`() {
        let summary = Summary([4, 1, 3, 2])
        #expect(summary?.median == 2.5)
        #expect(summary?.minimum == 1)
        #expect(summary?.maximum == 4)
    }

    @Test func `nothing to summarise is no summary`() {
        #expect(Summary([]) == nil)
        #expect(Summary.ratio(of: [1], to: [0]) == nil)
    }

    @Test func `a drift of the machine's speed leaves the ratio alone`() {
        let ratio = Summary.ratio(of: [100, 50, 200], to: [50, 25, 100])
        #expect(ratio?.minimum == 2)
        #expect(ratio?.maximum == 2)
    }
}
