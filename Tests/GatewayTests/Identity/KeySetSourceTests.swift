import Policy
import Synchronization
import Testing

@testable import Gateway

/// The source of keys, with a place that a test plays and a clock that it moves.
@Suite struct KeySetSourceTests {
    private let forge = TokenForge.shared

    /// What the place has to say, and how often it was asked.
    private final class Place: Sendable {
        private let state: Mutex<(answer: Result<String, KeySetProblem>, asked: [String?])>

        init(_ text: String) {
            state = Mutex((.success(text), []))
        }

        var asked: [String?] { state.withLock { $0.asked } }

        func says(_ text: String) { state.withLock { $0.answer = .success(text) } }

        func fails(_ problem: KeySetProblem) { state.withLock { $0.answer = .failure(problem) } }

        func answer(unless validator: String?) throws(KeySetProblem) -> KeySetPlace.Delivery {
            let answer = state.withLock { state in
                state.asked.append(validator)
                return state.answer
            }
            let text = try answer.get()
            if text == validator { return .unchanged(freshSeconds: nil) }
            return .document(Array(text.utf8), validator: text, freshSeconds: nil)
        }
    }

    private let clock = StandingClock()
    private let events = Notebook<KeySetEvent>()

    private func source(at place: Place) -> KeySetSource {
        let (clock, events) = (clock, events)
        let fetch: KeySetSource.Fetch = { validator throws(KeySetProblem) in
            try place.answer(unless: validator)
        }
        let report: @Sendable (KeySetEvent) -> Void = { events.add($0) }
        return KeySetSource(.server, clock: { clock.now }, report: report, fetch: fetch)
    }

    private func words(_ finding: KeySetSource.Finding) -> String {
        switch finding {
        case .found: "found"
        case .unknown: "unknown"
        case .unavailable: "unavailable"
        }
    }

    @Test func `follows a rotation at once, and forgets the key that was taken back`() async {
        let place = Place(forge.keySetText([forge.p256Key()]))
        let source = source(at: place)
        #expect(words(await source.key(named: "p256", for: .es256)) == "found")
        place.says(forge.keySetText([forge.ed25519Key]))
        #expect(words(await source.key(named: "ed", for: .edDSA)) == "found")
        #expect(words(await source.key(named: "p256", for: .es256)) == "unknown")
        #expect(source.epoch.load(ordering: .relaxed) == 2)
        #expect(place.asked.count == 2)
    }

    @Test func `a thousand unknown keys cost one fetch`() async {
        let place = Place(forge.keySetText)
        let source = source(at: place)
        await source.prepare()
        for number in 0..<1000 {
            let finding = await source.key(named: "k\(number)", for: .es256)
            #expect(words(finding) == "unknown")
        }
        #expect(place.asked.count == 2)
        clock.advance(bySeconds: 60)
        _ = await source.key(named: "k", for: .es256)
        #expect(place.asked.count == 3)
    }

    @Test func `keeps the keys while the place fails or talks nonsense, for a day`() async {
        let place = Place(forge.keySetText)
        let source = source(at: place)
        _ = await source.key(named: "p256", for: .es256)
        place.fails(.unreachable)
        clock.advance(bySeconds: 3600)
        #expect(words(await source.key(named: "other", for: .es256)) == "unknown")
        place.says("<html>")
        clock.advance(bySeconds: 3600)
        #expect(words(await source.key(named: "other", for: .es256)) == "unknown")
        #expect(words(await source.key(named: "p256", for: .es256)) == "found")
        place.fails(.statusRefused)
        clock.advance(bySeconds: 86_400 - 7200)
        #expect(words(await source.key(named: "p256", for: .es256)) == "unavailable")
        #expect(
            events.notes == [
                .changed(keyCount: 5, ignoredCount: 0),
                .refreshFailed(.unreachable, areKeysHeld: true),
                .refreshFailed(.malformed, areKeysHeld: true),
                .refreshFailed(.statusRefused, areKeysHeld: false),
            ]
        )
    }

    @Test func `asks only for what changed, and raises no event when nothing did`() async {
        let place = Place(forge.keySetText)
        let source = source(at: place)
        _ = await source.key(named: "p256", for: .es256)
        clock.advance(bySeconds: 60)
        _ = await source.key(named: "x", for: .es256)
        #expect(place.asked == [nil, forge.keySetText])
        #expect(events.notes == [.changed(keyCount: 5, ignoredCount: 0)])
    }

    @Test func `many tokens that need the first keys share one fetch`() async {
        let place = Place(forge.keySetText)
        let source = source(at: place)
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask { words(await source.key(named: "p256", for: .es256)) }
            }
            for await finding in group { #expect(finding == "found") }
        }
        #expect(place.asked.count == 1)
    }

    @Test func `a set that was refused is not remembered as known`() async {
        let place = Place("{}")
        let source = source(at: place)
        #expect(words(await source.key(named: "p256", for: .es256)) == "unavailable")
        clock.advance(bySeconds: 10)
        _ = await source.key(named: "p256", for: .es256)
        #expect(place.asked == [nil, nil])
    }
}
