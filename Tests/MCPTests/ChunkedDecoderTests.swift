import Testing

@testable import MCP

@Suite struct ChunkedDecoderTests {
    private enum Outcome: Equatable {
        case complete(body: String, consumed: Int)
        case incomplete(body: String)
        case refused(HTTPProblem)
    }

    private static let hostile: [Hostile<HTTPProblem>] = [
        Hostile("no size", "\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("size with plus", "+3\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("size with minus", "-3\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("size with 0x", "0x3\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("size with space before", " 3\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("size with space after", "3 \r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("grouped size", "1_0\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("full-width size", "\u{FF13}\r\nabc\r\n0\r\n\r\n", .malformedChunkSize),
        Hostile("size over 32 bits", "100000003\r\nabc", .chunkTooLarge),
        Hostile("overflowing size", "fffffffffffffffff3\r\nabc", .chunkTooLarge),
        Hostile("zeros without end", "000000000\r\n\r\n", .chunkTooLarge),
        Hostile("bare LF after the size", "3\nabc\r\n0\r\n\r\n", .bareLineFeed),
        Hostile("bare CR after the size", "3\rabc\r\n0\r\n\r\n", .bareCarriageReturn),
        Hostile("no line end after data", "3\r\nabc0\r\n\r\n", .malformedChunkEnd),
        Hostile("bare LF after data", "3\r\nabc\n0\r\n\r\n", .malformedChunkEnd),
        Hostile("bare CR after data", "3\r\nabc\r0\r\n\r\n", .malformedChunkEnd),
        Hostile("chunk longer than its size", "2\r\nabc\r\n0\r\n\r\n", .malformedChunkEnd),
        Hostile("LF in an extension", "3;a\nabc\r\n0\r\n\r\n", .bareLineFeed),
        Hostile("NUL in an extension", "3;a\0\r\nabc\r\n0\r\n\r\n", .malformedChunkExtension),
        Hostile("CR in an extension", "3;a\rb\r\nabc\r\n0\r\n\r\n", .bareCarriageReturn),
        Hostile("extension without a name", "3;\r\nabc", .malformedChunkExtension),
        Hostile("extension without a value", "3;a=\r\nabc", .malformedChunkExtension),
        Hostile("unclosed quote in an extension", "3;a=\"b\r\nabc", .malformedChunkExtension),
        Hostile("text after a quote", "3;a=\"b\"c\r\nabc", .malformedChunkExtension),
        Hostile("space in an extension", "3; a\r\nabc", .malformedChunkExtension),
        Hostile("quote in a bare value", "3;a=b\"\r\nabc", .malformedChunkExtension),
        Hostile("bare LF at the end", "0\r\n\n", .bareLineFeed),
        Hostile("bare CR at the end", "0\r\n\rG", .bareCarriageReturn),
        Hostile("trailer without colon", "0\r\nabc\r\n\r\n", .malformedFieldName),
        Hostile("request after the last chunk", "0\r\nGET / HTTP/1.1\r\n\r\n", .spaceBeforeColon),
        Hostile("trailer of a length", "0\r\nContent-Length: 5\r\n\r\n", .malformedTrailer),
        Hostile("trailer of a key", "0\r\nX-API-Key: a\r\n\r\n", .malformedTrailer),
        Hostile("folded trailer", "0\r\nA: b\r\n c\r\n\r\n", .obsoleteFolding),
        Hostile(
            "endless extension",
            "3;" + String(repeating: "a", count: 5_000),
            .chunkExtensionsTooLarge
        ),
        Hostile(
            "endless extensions",
            String(repeating: "1;aaaaaaaaaaaaaaa\r\nb\r\n", count: 300),
            .chunkExtensionsTooLarge
        ),
        Hostile(
            "endless trailers",
            "0\r\n" + String(repeating: "A: b\r\n", count: 1_000),
            .trailersTooLarge
        ),
    ]

    @Test(arguments: hostile)
    func `refuses every hostile body for what is wrong with it`(input: Hostile<HTTPProblem>) {
        #expect(decode(input.text, pieces: .max) == .refused(input.problem))
        #expect(decode(input.text, pieces: 1) == .refused(input.problem))
        #expect(decode(input.text, pieces: 7) == .refused(input.problem))
    }

    @Test(arguments: [1, 2, 3, 5, .max])
    func `unwraps a body in pieces of any size and leaves what follows`(pieces: Int) {
        let wrapped = "3\r\nabc\r\nA;name=\"v\"\r\n0123456789\r\n00\r\nX-Sum: 1\r\n\r\n"
        #expect(
            decode(wrapped + "GET /next", pieces: pieces)
                == .complete(body: "abc0123456789", consumed: wrapped.utf8.count)
        )
    }

    @Test func `asks for more until the last line feed`() {
        let wrapped = "3\r\nabc\r\n0\r\n\r\n"
        for count in 0..<wrapped.utf8.count {
            let outcome = decode(
                String(decoding: wrapped.utf8.prefix(count), as: UTF8.self),
                pieces: .max
            )
            guard case .incomplete = outcome else {
                Issue.record("\(count) bytes gave \(outcome)")
                continue
            }
        }
    }

    @Test func `takes an empty body`() {
        #expect(decode("0\r\n\r\n", pieces: 1) == .complete(body: "", consumed: 5))
    }

    private func decode(_ text: String, pieces: Int) -> Outcome {
        var decoder = ChunkedDecoder()
        let bytes = Array(text.utf8)
        var body: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            let end = pieces == .max ? bytes.count : min(offset + pieces, bytes.count)
            let span = bytes.span.bytes.extracting(0..<end)
            switch decoder.decode(span, from: offset) {
            case .needMore(let consumed):
                offset += consumed
            case .data(let range, let consumed):
                body += bytes[range]
                offset += consumed
            case .end(let consumed):
                return .complete(
                    body: String(decoding: body, as: UTF8.self),
                    consumed: offset + consumed
                )
            case .refused(let problem):
                return .refused(problem)
            }
        }
        return .incomplete(body: String(decoding: body, as: UTF8.self))
    }
}
