import Policy
import Testing

@testable import Gateway

@Suite struct KeySetScheduleTests {
    private let start = MonotonicTime(nanoseconds: 0)

    private func at(_ seconds: Int64) -> MonotonicTime { start.advanced(bySeconds: seconds) }

    private func fetched(freshSeconds: Int64? = nil) -> KeySetSchedule {
        var schedule = KeySetSchedule(.server)
        #expect(schedule.advice(at: start, isKeyKnown: false) == .fetchFirst)
        schedule.fetched(at: start, freshSeconds: freshSeconds)
        return schedule
    }

    @Test func `asks again after ten seconds while there are no keys`() {
        var schedule = KeySetSchedule(.server)
        #expect(schedule.advice(at: at(0), isKeyKnown: false) == .fetchFirst)
        #expect(schedule.advice(at: at(9), isKeyKnown: false) == .unavailable)
        #expect(schedule.advice(at: at(10), isKeyKnown: false) == .fetchFirst)
        #expect(schedule.advice(at: at(19), isKeyKnown: false) == .unavailable)
    }

    @Test func `unknown keys cause one fetch a minute, however many tokens name them`() {
        var schedule = fetched(freshSeconds: 3600)
        var fetches = 0
        for second in Int64(1)...300 {
            for _ in 0..<10 where schedule.advice(at: at(second), isKeyKnown: false) == .fetchFirst
            {
                fetches += 1
            }
        }
        #expect(fetches == 5)
    }

    @Test(arguments: [(nil, 60), (0, 60), (59, 60), (600, 600), (86_400, 3600), (-1, 60)])
    func `keys are fresh for as long as the place says, within bounds`(
        said: Int64?,
        seconds: Int64
    ) {
        var schedule = fetched(freshSeconds: said)
        #expect(schedule.advice(at: at(seconds - 1), isKeyKnown: true) == .use)
        #expect(schedule.advice(at: at(seconds), isKeyKnown: true) == .useAndFetch)
        #expect(schedule.advice(at: at(seconds + 1), isKeyKnown: true) == .use)
        #expect(schedule.advice(at: at(seconds + 10), isKeyKnown: true) == .useAndFetch)
    }

    @Test func `keys count for a day after the last fetch that worked, and then no more`() {
        var schedule = fetched()
        #expect(schedule.advice(at: at(86_399), isKeyKnown: true) == .useAndFetch)
        #expect(schedule.areKeysUsable(at: at(86_399)))
        #expect(!schedule.areKeysUsable(at: at(86_400)))
        #expect(schedule.advice(at: at(86_409), isKeyKnown: true) == .fetchFirst)
        #expect(schedule.advice(at: at(86_410), isKeyKnown: true) == .unavailable)
    }
}
