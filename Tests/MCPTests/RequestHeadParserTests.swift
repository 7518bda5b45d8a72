import Testing

@testable import MCP

@Suite struct RequestHeadParserTests {
    @Test(arguments: HostileRequests.all)
    func `refuses every hostile head for what is wrong with it`(input: Hostile<HTTPProblem>) {
        #expect(Feeding.request(input.text).problem == input.problem)
    }

    @Test(arguments: HostileRequests.all)
    func `refuses byte by byte what it refuses whole`(input: Hostile<HTTPProblem>) {
        let bytes = Array(input.text.utf8)
        #expect(Feeding.requestByteByByte(bytes) == Feeding.request(bytes))
    }

    @Test func `reads a tool call with all its fields`() throws {
        let text = """
            POST /mcp?a=b HTTP/1.1\r
            HOST: [::1]:8080\r
            content-type:application/json\r
            X-Api-Key: \t mcpk_x \t\r
            MCP-PROTOCOL-VERSION: 2026-07-28\r
            Mcp-Param-Region: eu\r
            Content-Length: 204\r
            Connection: keep-alive\r
            Expect: 100-Continue\r
            Custom: caf\u{E9}\r
            \r

            """
        let head = try #require(Feeding.request(text + "{}").value)
        #expect(head.method == .post)
        #expect(text.at(head.target) == "/mcp?a=b")
        #expect(text.at(head.path) == "/mcp")
        #expect(text.at(head.query) == "a=b")
        #expect(head.isHTTP11 && head.isKeepAlive && head.expectsContinue)
        #expect(head.framing == .length(204))
        #expect(head.byteCount == text.utf8.count)
        #expect(text.at(head.fields.first(.host)?.value) == "[::1]:8080")
        #expect(text.at(head.fields.first(.apiKey)?.value) == "mcpk_x")
        #expect(text.at(head.fields.first(.contentType)?.value) == "application/json")
        #expect(head.fields.contains(.protocolVersion) && head.fields.contains(.mcpParam))
        #expect(head.fields.count == 9)
    }

    @Test func `waits for every byte of the head and not one more`() {
        let text = "GET /mcp HTTP/1.1\r\nHost: a\r\n\r\n"
        for count in 0..<text.utf8.count {
            #expect(Feeding.request(Array(text.utf8.prefix(count))) == .incomplete)
        }
        #expect(Feeding.request(text).value?.byteCount == text.utf8.count)
    }

    @Test func `keeps a 1.1 connection unless told to close it`() {
        #expect(keepsAlive("HTTP/1.1", "A: b") == true)
        #expect(keepsAlive("HTTP/1.1", "Connection: Upgrade, HTTP2-Settings") == true)
        #expect(keepsAlive("HTTP/1.1", "Connection: keep-alive, Close") == false)
        #expect(keepsAlive("HTTP/1.1", "Connection: te\r\nConnection: close") == false)
    }

    @Test func `closes a 1.0 connection unless told to keep it`() {
        #expect(keepsAlive("HTTP/1.0", "A: b") == false)
        #expect(keepsAlive("HTTP/1.0", "Connection: Keep-Alive") == true)
        #expect(keepsAlive("HTTP/1.0", "Connection: keep-alive, close") == false)
    }

    @Test func `ignores an expectation of a 1.0 client`() {
        let text = "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
        #expect(Feeding.request(text).value?.expectsContinue == false)
    }

    @Test func `allows the asterisk for OPTIONS`() {
        let text = "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(text.at(Feeding.request(text).value?.path) == "*")
    }

    @Test func `reads pipelined heads one after the other`() {
        let first = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        let second = "DELETE /b HTTP/1.1\r\nHost: b\r\nX: y\r\n\r\n"
        var parser = RequestHeadParser()
        let both = Array((first + second).utf8)
        let head = parser.parse(both.span.bytes).value
        #expect(head?.byteCount == first.utf8.count)
        parser.reset()
        let rest = Array(both[(head?.byteCount ?? 0)...])
        let next = parser.parse(rest.span.bytes).value
        #expect(next?.method == .delete)
        #expect(next?.fields.count == 2)
    }

    @Test func `looks at each byte of a slow head once`() {
        let limits = HeadLimits(headBytesMax: 1_000_000)
        var parser = RequestHeadParser(limits: limits)
        let bytes = Array("GET / HTTP/1.1\r\nA: ".utf8) + Array(repeating: 0x62, count: 100_000)
        let span = bytes.span.bytes
        var answers = 0
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            for count in 0...bytes.count
            where parser.parse(span.extracting(0..<count)) == .incomplete {
                answers += 1
            }
        }
        #expect(answers == bytes.count + 1)
        #expect(elapsed < .seconds(5))
    }

    private func keepsAlive(_ version: String, _ field: String) -> Bool? {
        Feeding.request("GET / \(version)\r\nHost: a\r\n\(field)\r\n\r\n").value?.isKeepAlive
    }
}
