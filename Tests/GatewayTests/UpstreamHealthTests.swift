import NIOCore
import Policy
import Testing

@testable import Gateway

/// When a failing upstream is left alone, and when it is tried again.
@Suite(.timeLimit(.minutes(1))) struct UpstreamHealthTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000)
    private static let rule = CircuitBreaker.Rule(
        failuresMax: 3,
        openSeconds: 2,
        openSecondsMax: 5
    )

    private static func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(rule)
        for _ in 0..<3 { breaker.failed(at: start) }
        return breaker
    }

    @Test func `it opens at the third failure in a row and not before`() {
        var breaker = CircuitBreaker(Self.rule)
        breaker.failed(at: Self.start)
        breaker.failed(at: Self.start)
        breaker.succeeded()
        breaker.failed(at: Self.start)
        breaker.failed(at: Self.start)
        #expect(breaker.admission(at: Self.start) == .admitted)
        breaker.failed(at: Self.start)
        #expect(breaker.admission(at: Self.start) == .refused(retryAfterSeconds: 2))
    }

    @Test func `one may try after the time, and the others wait for how it goes`() {
        var breaker = Self.opened()
        let later = Self.start.advanced(bySeconds: 2)
        #expect(breaker.admission(at: later) == .admitted)
        #expect(breaker.admission(at: later) == .refused(retryAfterSeconds: 2))
        breaker.succeeded()
        #expect(breaker.isUntroubled)
        #expect(breaker.admission(at: later) == .admitted)
    }

    @Test func `each failed try doubles the time, up to the bound`() {
        var breaker = Self.opened()
        var now = Self.start.advanced(bySeconds: 2)
        for seconds: Int64 in [4, 5, 5] {
            #expect(breaker.admission(at: now) == .admitted)
            breaker.failed(at: now)
            #expect(breaker.admission(at: now) == .refused(retryAfterSeconds: seconds))
            now = now.advanced(bySeconds: seconds)
        }
    }

    @Test func `a try that is never heard of again blocks nobody for long`() {
        var breaker = Self.opened()
        let later = Self.start.advanced(bySeconds: 2)
        #expect(breaker.admission(at: later) == .admitted)
        #expect(breaker.admission(at: later.advanced(bySeconds: 2)) == .admitted)
    }

    @Test func `failures of calls from before it opened do not keep it open`() {
        var breaker = Self.opened()
        for _ in 0..<100 { breaker.failed(at: Self.start.advanced(bySeconds: 1)) }
        #expect(breaker.admission(at: Self.start.advanced(bySeconds: 2)) == .admitted)
    }

    @Test func `a server that can be connected to again is tried with the very next call`() {
        var breaker = Self.opened()
        #expect(breaker.suspension(at: Self.start) == 2)
        breaker.tried(isReachable: true, at: Self.start)
        #expect(breaker.suspension(at: Self.start) == nil)
        #expect(breaker.admission(at: Self.start) == .admitted)
        #expect(breaker.admission(at: Self.start) == .refused(retryAfterSeconds: 2))
    }

    @Test func `one that still cannot be connected to costs nobody a call`() {
        var breaker = Self.opened()
        let later = Self.start.advanced(bySeconds: 2)
        breaker.tried(isReachable: false, at: later)
        #expect(breaker.admission(at: later) == .refused(retryAfterSeconds: 2))
    }

    @Test func `one that was lost while nobody called is known when somebody does`() {
        var breaker = CircuitBreaker(Self.rule)
        for _ in 0..<3 { breaker.tried(isReachable: false, at: Self.start) }
        #expect(breaker.admission(at: Self.start) == .refused(retryAfterSeconds: 2))
    }

    @Test func `a connection alone does not end the trouble of a server that answers nothing`() {
        var breaker = CircuitBreaker(Self.rule)
        breaker.failed(at: Self.start)
        breaker.tried(isReachable: true, at: Self.start)
        #expect(!breaker.isUntroubled)
    }

    @Test func `an upstream that is gone is refused at once after five calls, and found again`()
        async throws
    {
        let reserved = try await unusedPort()
        let document = TestGateway.document {
            $0.upstream = UpstreamRule(url: "http://127.0.0.1:\(reserved)/mcp")
        }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            for _ in 0..<5 {
                let failed = try client.exchange(Requests.post())
                #expect(failed.body.contains("upstream_unreachable"))
            }
            let refused = try client.exchange(Requests.post())
            #expect(refused.status == 503)
            #expect(refused.body.contains("upstream_suspended"))
            #expect(refused["retry-after"] == "1")
            // Another upstream has a health of its own.
            try await ScriptedUpstream.with(.answering(Responses.json())) { upstream in
                let other = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
                await gateway.activate(other, number: 2)
                let served = try client.exchange(Requests.post())
                #expect(served.status == 200)
            }
        }
    }

    /// A port that nobody listens on any more.
    private func unusedPort() async throws -> Int {
        var port = 0
        try await ScriptedUpstream.with(.silent) { upstream in port = upstream.port }
        return port
    }
}
