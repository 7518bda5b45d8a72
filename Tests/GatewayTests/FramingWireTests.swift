import Policy
import Testing

@testable import Gateway

/// Requests that two servers could read in two ways: refused, and nothing after them is read.
@Suite struct FramingWireTests {
    private static let tail = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    @Test(arguments: [
        ("length and chunked", ["Content-Length: 4", "Transfer-Encoding: chunked"]),
        ("two lengths", ["Content-Length: 4", "Content-Length: 5"]),
        ("equal lengths twice", ["Content-Length: 4", "Content-Length: 4"]),
        ("length list", ["Content-Length: 4, 4"]),
        ("signed length", ["Content-Length: +4"]),
        ("hexadecimal length", ["Content-Length: 0x4"]),
        ("negative length", ["Content-Length: -1"]),
        ("empty length", ["Content-Length:"]),
        ("overflowing length", ["Content-Length: 99999999999999999999999"]),
        ("space before colon", ["Content-Length : 4"]),
        ("folded line", ["X-A: b", " c: d"]),
        ("chunked twice", ["Transfer-Encoding: chunked, chunked"]),
        ("chunked not last", ["Transfer-Encoding: chunked, gzip"]),
        ("identity", ["Transfer-Encoding: identity"]),
        ("disguised chunked", ["Transfer-Encoding: \u{b}chunked"]),
        ("underscored length", ["Content_Length: 4"]),
        ("two hosts", ["Host: 127.0.0.1"]),
        ("null byte", ["X-A: a\0b"]),
        ("bare return", ["X-A: a\rb"]),
        ("bare line feed", ["X-A: a\nContent-Length: 4"]),
        ("no name", [": x"]),
        ("no colon", ["Content-Length"]),
    ])
    func `an ambiguous head is answered once and the connection ends`(
        name: String,
        fields: [String]
    ) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(Requests.head(fields: fields) + "\r\nabcd" + Self.tail)
            let response = try client.readResponse()
            #expect([400, 501].contains(response.status), "\(name)")
            #expect(response.closes, "\(name)")
            #expect(try client.isAtEnd(), "\(name)")
        }
    }

    @Test(arguments: [
        ("no host", "GET /health HTTP/1.1\r\n\r\n", 400),
        ("bare line feeds", "GET /health HTTP/1.1\nHost: 127.0.0.1\n\n", 400),
        ("two spaces", "GET  /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        ("version 2", "GET /health HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n", 505),
        ("version 0.9", "GET /health\r\n\r\n", 400),
        ("not HTTP", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\r\n\r\n", 400),
        ("preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("long target", "GET /\(String(repeating: "a", count: 3_000)) HTTP/1.1\r\n\r\n", 414),
        ("fragment", "GET /health#x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (
            "large head",
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + String(repeating: "X-A: \(String(repeating: "b", count: 900))\r\n", count: 40),
            431
        ),
    ])
    func `what is no request is refused with its own status`(
        name: String,
        bytes: String,
        status: Int
    ) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(bytes)
            let response = try client.readResponse()
            #expect(response.status == status, "\(name)")
            #expect(try client.isAtEnd(), "\(name)")
        }
    }

    @Test(arguments: [
        ("bad size", "zz\r\nabc\r\n0\r\n\r\n"), ("signed size", "+3\r\nabc\r\n0\r\n\r\n"),
        ("prefixed size", "0x3\r\nabc\r\n0\r\n\r\n"), ("long data", "3\r\nabcd\r\n0\r\n\r\n"),
        ("bare line feed", "3\nabc\n0\n\n"), ("huge size", "fffffffffffffffff\r\n"),
        ("missing size", "\r\nabc\r\n0\r\n\r\n"), ("space in size", "3 \r\nabc\r\n0\r\n\r\n"),
    ])
    func `a bad chunk ends the connection`(name: String, body: String) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(Requests.head(fields: ["Transfer-Encoding: chunked"]) + "\r\n" + body)
            let response = try client.readResponse()
            #expect(response.status == 400, "\(name)")
            #expect(try client.isAtEnd(), "\(name)")
        }
    }

    @Test func `a chunked body arrives whole, whatever its pieces`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let body = #"{"jsonrpc":"2.0","id":1,"method":"ping"} "#
            client.send(Requests.head(fields: ["Transfer-Encoding: chunked"]) + "\r\n")
            for byte in body.utf8 { client.send("1;x=y\r\n\(Character(Unicode.Scalar(byte)))\r\n") }
            client.send("0\r\nX-Trailer: dropped\r\n\r\n")
            let response = try client.readResponse()
            #expect(response.body.contains("session_unknown"))
            #expect(try client.exchange(Requests.get()).status == 200)
        }
    }

    @Test func `a request that comes byte by byte is served`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            for byte in Requests.get().utf8 { client.send([byte]) }
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test func `a declared body over the limit is refused before it comes`() async throws {
        let small = TestGateway.document { $0.limits.bodyBytesMax = 1_000 }
        try await TestGateway.with(small) { gateway in
            let client = try gateway.client()
            client.send(Requests.head(fields: ["Content-Length: 1001"]) + "\r\n")
            let response = try client.readResponse()
            #expect(response.status == 413)
            #expect(response.closes)
        }
    }

    @Test func `a chunked body over the limit is refused while it comes`() async throws {
        let small = TestGateway.document { $0.limits.bodyBytesMax = 1_000 }
        try await TestGateway.with(small) { gateway in
            let client = try gateway.client()
            client.send(Requests.head(fields: ["Transfer-Encoding: chunked"]) + "\r\n")
            let chunk = "1f4\r\n\(String(repeating: " ", count: 500))\r\n"
            client.send(chunk + chunk + "1\r\n ")
            #expect(try client.readResponse().status == 413)
            #expect(try client.isAtEnd())
        }
    }

    @Test func `a body of exactly the limit is read`() async throws {
        let message = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let small = TestGateway.document { $0.limits.bodyBytesMax = 1_000 }
        try await TestGateway.with(small) { gateway in
            let client = try gateway.client()
            let padding = String(repeating: " ", count: 1_000 - message.utf8.count)
            #expect(try client.exchange(Requests.post(message + padding)).status == 400)
            #expect(try client.exchange(Requests.post(message + padding + " ")).status == 413)
        }
    }

    @Test func `unfinished bodies together stay within their budget`() async throws {
        let settings = GatewaySettings.testing { $0.heldBodyBytesMax = 100_000 }
        try await TestGateway.with(settings: settings) { gateway in
            let half = Requests.head(fields: ["Content-Length: 200000"]) + "\r\n"
            let first = try gateway.client()
            first.send(half + String(repeating: " ", count: 90_000))
            let second = try gateway.client()
            second.send(half + String(repeating: " ", count: 20_000))
            while !first.isReadable(withinMilliseconds: 5),
                !second.isReadable(withinMilliseconds: 5)
            {}
            let refused = second.isReadable(withinMilliseconds: 0) ? second : first
            let response = try refused.readResponse()
            #expect(response.status == 413)
            #expect(response["retry-after"] == "1")
            first.close()
            second.close()
            let third = try gateway.client()
            #expect(try third.exchange(Requests.post("[]")).status == 400)
        }
    }

    @Test func `a client that asks first is told to continue`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let body = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
            let fields = ["Expect: 100-continue", "Content-Length: \(body.utf8.count)"]
            client.send(Requests.head(fields: fields) + "\r\n")
            #expect(try client.readHead().status == 100)
            #expect(try client.exchange(body).body.contains("session_unknown"))
        }
    }

    @Test func `a client that asks first with a bad key is not told to continue`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let fields = ["Expect: 100-continue", "Content-Length: 100000"]
            client.send(Requests.head(key: "wrong", fields: fields) + "\r\n")
            let response = try client.readResponse()
            #expect(response.status == 401)
            #expect(response.closes)
        }
    }

    @Test func `a small refused body is skipped and the connection lives`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(Requests.head(key: "wrong", fields: ["Content-Length: 5"]) + "\r\n")
            #expect(try client.readResponse().status == 401)
            client.send("12345")
            #expect(try client.exchange(Requests.get()).status == 200)
        }
    }

    @Test func `pipelined requests are answered in their order`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(
                Requests.get() + Requests.post(key: "wrong") + Requests.get("/nothing")
                    + Requests.post("[]") + Requests.get()
            )
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try client.readResponse().status) }
            #expect(statuses == [200, 401, 404, 400, 200])
        }
    }

    @Test func `an old client is answered and let go`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send("GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            let response = try client.readResponse()
            #expect(response.status == 200)
            #expect(response.closes)
            #expect(try client.isAtEnd())
        }
    }

    @Test func `a client that pipelines and never reads is held, not buffered`() async throws {
        try await TestGateway.with { gateway in
            let client = try RawClient(port: gateway.port, receiveBufferBytes: 4_096)
            let request = Array(String(repeating: Requests.get(), count: 500).utf8)
            let taken = client.sendAsMuchAsTaken(request, atMost: 200_000_000)
            #expect(taken < 100_000_000)
        }
    }
}
