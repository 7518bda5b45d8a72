import Policy
import Testing

@testable import Gateway

/// A watch that an expectation may ask.
private final class Watch {
    private var watch: CertificateWatch

    init(judged: TLSFileStamps) {
        watch = CertificateWatch(judged: judged)
    }

    func saw(_ stamps: TLSFileStamps, at now: MonotonicTime) -> Bool {
        watch.saw(stamps, at: now)
    }

    func loaded(
        _ stamps: TLSFileStamps,
        isUsable: Bool,
        isOrdered: Bool,
        at now: MonotonicTime
    ) -> CertificateWatch.Verdict {
        watch.loaded(stamps, isUsable: isUsable, isOrdered: isOrdered, at: now)
    }
}

/// When changed files are loaded, and when a failure is told.
struct CertificateWatchTests {
    private static func stamps(_ certificate: UInt64, _ key: UInt64?) -> TLSFileStamps {
        TLSFileStamps(
            stamps: [certificate, key].map { inode in
                inode.map {
                    .init(
                        device: 1,
                        inode: $0,
                        size: 700,
                        modifiedSeconds: 0,
                        modifiedNanoseconds: 0
                    )
                }
            }
        )
    }

    private static func second(_ number: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: number * 1_000_000_000)
    }

    private let old = Self.stamps(1, 2)
    private let half = Self.stamps(3, 2)
    private let new = Self.stamps(3, 4)

    @Test func `files that stay as they are cost no load`() {
        let watch = Watch(judged: old)
        for second in 0..<10 {
            #expect(!watch.saw(old, at: Self.second(Int64(second))))
        }
    }

    @Test func `a change is loaded once it has been still for one look`() {
        let watch = Watch(judged: old)
        #expect(!watch.saw(half, at: Self.second(1)))
        #expect(!watch.saw(new, at: Self.second(2)))
        #expect(watch.saw(new, at: Self.second(3)))
        let verdict = watch.loaded(new, isUsable: true, isOrdered: false, at: Self.second(3))
        #expect(verdict == .adopted)
        #expect(!watch.saw(new, at: Self.second(4)))
    }

    @Test func `half a pair is tolerated until the other half comes`() {
        let watch = Watch(judged: old)
        #expect(!watch.saw(half, at: Self.second(1)))
        #expect(watch.saw(half, at: Self.second(2)))
        #expect(
            watch.loaded(half, isUsable: false, isOrdered: false, at: Self.second(2)) == .tolerated
        )
        #expect(!watch.saw(new, at: Self.second(3)))
        #expect(watch.saw(new, at: Self.second(4)))
        #expect(watch.loaded(new, isUsable: true, isOrdered: false, at: Self.second(4)) == .adopted)
    }

    @Test func `a pair that stays unusable is refused once and then left alone`() {
        let watch = Watch(judged: old)
        #expect(!watch.saw(half, at: Self.second(1)))
        for second in Int64(2)...5 {
            #expect(watch.saw(half, at: Self.second(second)))
            let verdict = watch.loaded(
                half,
                isUsable: false,
                isOrdered: false,
                at: Self.second(second)
            )
            #expect(verdict == .tolerated)
        }
        #expect(watch.saw(half, at: Self.second(6)))
        #expect(
            watch.loaded(half, isUsable: false, isOrdered: false, at: Self.second(6)) == .refused
        )
        #expect(!watch.saw(half, at: Self.second(7)))
    }

    @Test func `whoever orders a load is told the outcome at once`() {
        let watch = Watch(judged: old)
        #expect(
            watch.loaded(half, isUsable: false, isOrdered: true, at: Self.second(0)) == .refused
        )
        #expect(watch.loaded(old, isUsable: true, isOrdered: true, at: Self.second(1)) == .adopted)
    }

    @Test func `a file that vanishes is a change, and its return is another`() {
        let watch = Watch(judged: old)
        let gone = Self.stamps(1, nil)
        #expect(!watch.saw(gone, at: Self.second(1)))
        #expect(watch.saw(gone, at: Self.second(2)))
        #expect(
            watch.loaded(gone, isUsable: false, isOrdered: false, at: Self.second(2)) == .tolerated
        )
        #expect(!watch.saw(old, at: Self.second(3)))
    }
}

struct CertificateStandingTests {
    private static let day: Int64 = 86_400_000

    private func standing(until: Int64) -> CertificateStanding {
        CertificateStanding(
            names: ["gate.test"],
            validFrom: Timestamp(millisecondsSince1970: 0),
            validUntil: Timestamp(millisecondsSince1970: until)
        )
    }

    @Test(arguments: [(10, 0, 10), (10, 1, 9), (1, 0, 1), (0, 0, 0), (0, 1, -1), (-3, 0, -3)])
    func `days are whole and rounded down`(days: Int64, late: Int64, left: Int) {
        let now = Timestamp(millisecondsSince1970: 100 * Self.day + late)
        #expect(standing(until: (100 + days) * Self.day).daysLeft(at: now) == left)
    }

    @Test func `the alarm goes off once for each threshold`() {
        var alarm = ExpiryAlarm()
        let standing = standing(until: 100 * Self.day)
        let told = (80...102).compactMap { day in
            alarm.daysToTell(standing, at: Timestamp(millisecondsSince1970: day * Self.day))
        }
        #expect(told == [14, 7, 3, 1, 0, -1])
    }
}
