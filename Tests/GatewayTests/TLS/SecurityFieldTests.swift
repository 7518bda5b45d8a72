import NIOCore
import Policy
import Testing

@testable import Gateway

/// The fields that every answer carries, and those that none does.
@Suite(.timeLimit(.minutes(1))) struct SecurityFieldTests {
    private static let expected = [
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "content-security-policy": "default-src 'none'",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    ]

    private static let leaks = [
        "Server: leaky/1.0", "X-Powered-By: leaky", "Via: 1.1 leaky", "X-AspNet-Version: leaky",
        "X-AspNetMvc-Version: leaky", "X-Runtime: leaky", "X-Generator: leaky",
        "X-Served-By: leaky", "X-Backend-Server: leaky", "Server-Timing: leaky",
        "Set-Cookie: leaky=1", "Location: http://leaky/", "Alt-Svc: h3=\"leaky:443\"",
        "Strict-Transport-Security: leaky", "X-Frame-Options: leaky", "Referrer-Policy: leaky",
        "Content-Security-Policy: leaky", "Content-Security-Policy-Report-Only: leaky",
    ]

    private static let requests = [
        "health": Requests.get(),
        "no such path": Requests.get("/nothing"),
        "no such method": Requests.head("PUT") + "\r\n",
        "no key": Requests.post(key: nil),
        "a foreign host": Requests.post(host: "evil.test"),
        "a bad type": Requests.post(contentType: "text/html"),
        "no message": Requests.post("{"),
        "no HTTP": "GET / HTTP/1.1\nHost: x\n\n",
        "an answer of the upstream": Requests.post(),
    ]

    @Test(arguments: requests.keys.sorted())
    func `every answer keeps browsers from doing anything with it`(name: String) async throws {
        let request = try #require(Self.requests[name])
        let script =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            + Self.leaks.joined(separator: "\r\n") + "\r\n\r\n{}"
        try await ScriptedUpstream.with(.answering(script)) { upstream in
            let document = TestGateway.document { $0.upstream = UpstreamRule(url: upstream.url) }
            try await TestGateway.with(document) { gateway in
                let response = try gateway.client().exchange(request)
                for (field, value) in Self.expected {
                    let count = response.fields.count { $0.lowercased().hasPrefix("\(field):") }
                    #expect(count == 1, "\(field)")
                    #expect(response[field] == value)
                }
                #expect(response["strict-transport-security"] == nil)
                #expect(!response.fields.joined().contains("leaky"))
            }
        }
    }

    @Test func `an answer over TLS asks to be asked over TLS again`() {
        var buffer = ByteBuffer()
        LocalAnswer(status: 200).write(answering: nil, isSecure: true, into: &buffer)
        let text = String(buffer: buffer)
        #expect(text.contains("\r\nStrict-Transport-Security: max-age=31536000\r\n"))
    }
}
