import Testing

@testable import MCP

@Suite struct RequestMutationTests {
    private static let heads = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /mcp HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
        "POST /m?q=%41 HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n",
        "DELETE /mcp HTTP/1.0\r\nConnection: keep-alive\r\nMcp-Session-Id: abc\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nX: \t y \r\n\r\n",
    ]
    private static let snippets = [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", "\0", "\u{A0}", "\r\n ", "Content-Length: 5\r\n",
        "Content-Length: 6\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\n",
        "Host: b\r\n", "Connection: ", "chunked", "HTTP/1.1", "+", "0", "0x", "GET / HTTP/1.1\r\n",
        "X-API-Key: k\r\n", "\r\n\r\n",
    ]

    @Test func `reads 20000 broken heads the same whole and byte by byte`() {
        var mutator = Mutator(seed: 1, inputs: Self.heads, snippets: Self.snippets)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = mutator.next()
            let whole = Feeding.request(bytes)
            if Feeding.requestByteByByte(bytes) != whole {
                Issue.record("\(String(decoding: bytes, as: UTF8.self))")
            }
            if whole.value != nil { accepted += 1 }
        }
        #expect((1_000..<15_000).contains(accepted))
    }

    #if DEBUG
    @Test func `accepts nothing that llhttp refuses or reads otherwise`() {
        var mutator = Mutator(seed: 2, inputs: Self.heads, snippets: Self.snippets)
        var compared = 0
        for _ in 0..<6_000 {
            let bytes = mutator.next()
            // llhttp refuses methods it has never heard of; the gate answers them with 405.
            guard let head = Feeding.request(bytes).value, head.method != .other else { continue }
            compared += 1
            compare(head, of: Array(bytes[..<head.byteCount]))
        }
        #expect(compared > 500)
    }

    @Test(arguments: heads)
    func `reads sound heads as llhttp does`(text: String) throws {
        let bytes = Array(text.utf8)
        compare(try #require(Feeding.request(bytes).value), of: bytes)
    }

    @Test func `accepts no chunked body that llhttp refuses or unwraps otherwise`() {
        let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        var mutator = Mutator(
            seed: 3,
            inputs: [
                "3\r\nabc\r\n0\r\n\r\n", "a;x=\"y\"\r\n0123456789\r\n1\r\nz\r\n0\r\nA: b\r\n\r\n",
            ],
            snippets: [
                "\r\n", "\n", "\r", ";", "0", "a", " ", "0\r\n", "\r\n\r\n", "1\r\nq\r\n", "+",
                "0x",
                "A: b\r\n", "Content-Length: 1\r\n",
            ]
        )
        var compared = 0
        for _ in 0..<6_000 {
            let bytes = mutator.next()
            guard let (count, consumed) = unwrap(bytes) else { continue }
            compared += 1
            let opinion = SecondOpinion(head + bytes[..<consumed])
            if opinion?.bodyByteCount != count {
                Issue.record(
                    "\(String(decoding: bytes, as: UTF8.self)) \(String(describing: opinion))"
                )
            }
        }
        #expect(compared > 300)
    }
    #endif

    /// Adds a body of the size the head announces; llhttp must find its end there.
    private func compare(_ head: RequestHead, of bytes: [UInt8]) {
        var request = bytes
        var bodyByteCount = 0
        switch head.framing {
        case .length(let length):
            guard length < 100_000 else { return }
            bodyByteCount = length
            request += Array(repeating: 0x78, count: length)
        case .chunked:
            bodyByteCount = 3
            request += Array("3\r\nabc\r\n0\r\n\r\n".utf8)
        case .none, .untilClose:
            break
        }
        let opinion = SecondOpinion(request)
        let text = String(decoding: bytes, as: UTF8.self)
        let isAgreed =
            opinion?.method == text.at(head.methodRange) && opinion?.target == text.at(head.target)
            && opinion?.bodyByteCount == bodyByteCount && opinion?.trailingRequests == 0
        if !isAgreed { Issue.record("\(text.debugDescription) \(String(describing: opinion))") }
    }

    private func unwrap(_ bytes: [UInt8]) -> (count: Int, consumed: Int)? {
        var decoder = ChunkedDecoder()
        var count = 0
        var offset = 0
        while offset < bytes.count {
            switch decoder.decode(bytes.span.bytes, from: offset) {
            case .data(let range, let consumed):
                count += range.count
                offset += consumed
            case .end(let consumed):
                return (count, offset + consumed)
            case .needMore, .refused:
                return nil
            }
        }
        return nil
    }
}
