import Policy
import Testing

@testable import Gateway

/// Requests that chance has damaged.
@Suite(.timeLimit(.minutes(1))) struct MutationTests {
    /// The same damage every time.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    private static let seeds = [
        Requests.post(), Requests.modernPost(), Requests.get(),
        Requests.head(fields: ["Transfer-Encoding: chunked"]) + "\r\n"
            + Responses.chunk(Requests.toolCall) + "0\r\n\r\n",
        Requests.head("DELETE") + "\r\n",
    ]

    private static func mutated(_ generator: inout Generator) -> [UInt8] {
        var bytes = Array((seeds.randomElement(using: &generator) ?? "").utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            case 3: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
            default: bytes.removeLast(min(bytes.count - 1, bytes.count - index))
            }
        }
        return bytes
    }

    @Test func `a thousand damaged requests neither crash nor confuse`() async throws {
        try await ScriptedUpstream.with(.answering(Responses.json())) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.with(document) { gateway in
                var generator = Generator(state: 42)
                for turn in 0..<1_000 {
                    let bytes = Self.mutated(&generator)
                    let client = try gateway.client()
                    client.send(bytes)
                    client.shutdownWriting()
                    let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
                    for line in answer.split(separator: "\r\n") where line.hasPrefix("HTTP/1.1 ") {
                        let status = Int(line.dropFirst(9).prefix(3)) ?? 0
                        #expect(status < 500 || status == 501 || status == 505, "turn \(turn)")
                    }
                }
                let client = try gateway.client()
                #expect(try client.exchange(Requests.post()).status == 200)
            }
        }
    }

    @Test func `clients that leave in the middle of everything do no harm`() async throws {
        try await ScriptedUpstream.with(.answering(Responses.json())) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.with(document) { gateway in
                let bytes = Array(Requests.post().utf8)
                for turn in 0..<300 {
                    let client = try gateway.client()
                    client.send(Array(bytes.prefix(turn)))
                    if turn % 2 == 0 { client.reset() } else { client.close() }
                    let leaver = try gateway.client()
                    leaver.send(bytes)
                    leaver.reset()
                }
                let client = try gateway.client()
                #expect(try client.exchange(Requests.post()).status == 200)
            }
        }
    }
}
