import Testing

@testable import MCP

@Suite struct ResponseHeadParserTests {
    private static let hostile: [Hostile<HTTPProblem>] = [
        Hostile("bare LF", "HTTP/1.1 200 OK\nA: b\r\n\r\n", .bareLineFeed),
        Hostile("bare CR", "HTTP/1.1 200 OK\rA: b\r\n\r\n", .bareCarriageReturn),
        Hostile("empty first line", "\r\nHTTP/1.1 200 OK\r\n\r\n", .emptyFirstLine),
        Hostile("two-digit status", "HTTP/1.1 20 OK\r\n\r\n", .malformedStatusLine),
        Hostile("four-digit status", "HTTP/1.1 2000 OK\r\n\r\n", .malformedStatusLine),
        Hostile("signed status", "HTTP/1.1 +20 OK\r\n\r\n", .malformedStatusLine),
        Hostile("status 600", "HTTP/1.1 600 OK\r\n\r\n", .malformedStatusLine),
        Hostile("status 099", "HTTP/1.1 099 OK\r\n\r\n", .malformedStatusLine),
        Hostile("two spaces", "HTTP/1.1  200 OK\r\n\r\n", .malformedStatusLine),
        Hostile("no status", "HTTP/1.1\r\n\r\n", .malformedStatusLine),
        Hostile("version 2.0", "HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
        Hostile("ICY", "ICY 200 OK\r\n\r\n", .malformedStatusLine),
        Hostile("switching protocols", "HTTP/1.1 101 Go\r\n\r\n", .unexpectedUpgrade),
        Hostile("folding", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .obsoleteFolding),
        Hostile("NUL", "HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", .controlCharacter),
        Hostile("space before colon", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", .spaceBeforeColon),
        Hostile(
            "equal lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
            .repeatedLength
        ),
        Hostile(
            "length and encoding",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            .lengthWithEncoding
        ),
        Hostile(
            "gzip encoding",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            .unsupportedEncoding
        ),
        Hostile(
            "chunked in 1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .encodingNotAllowed
        ),
        Hostile(
            "chunked 204",
            "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n",
            .encodingNotAllowed
        ),
        Hostile(
            "204 with length",
            "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n",
            .lengthNotAllowed
        ),
        Hostile(
            "100 with length",
            "HTTP/1.1 100 Go\r\nContent-Length: 3\r\n\r\n",
            .lengthNotAllowed
        ),
    ]

    @Test(arguments: hostile)
    func `refuses every hostile head for what is wrong with it`(input: Hostile<HTTPProblem>) {
        #expect(Feeding.response(input.text).problem == input.problem)
        #expect(Feeding.responseByteByByte(input.text).problem == input.problem)
    }

    @Test func `reads an answer with a length`() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nRetry-After: 3\r\n\r\n"
        let head = try #require(Feeding.response(text).value)
        #expect(head.status == 200)
        #expect(head.framing(for: .post) == .length(12))
        #expect(head.framing(for: .head) == .none)
        #expect(head.isKeepAlive)
        #expect(head.byteCount == text.utf8.count)
        #expect(text.at(head.fields.first(.retryAfter)?.value) == "3")
        #expect(Feeding.responseByteByByte(text).value == head)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", BodyFraming.chunked),
        ("HTTP/1.1 200 OK\r\n\r\n", .untilClose),
        ("HTTP/1.1 200\r\n\r\n", .untilClose),
        ("HTTP/1.1 200 \r\n\r\n", .untilClose),
        ("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", .length(0)),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", .none),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", .none),
        ("HTTP/1.1 100 Continue\r\n\r\n", .none),
    ])
    func `frames an answer to a POST by its status and fields`(text: String, framing: BodyFraming) {
        #expect(Feeding.response(text).value?.framing(for: .post) == framing)
    }
}
