import Foundation
import Testing

/// Requests that two servers could read in two ways, sent to the built gate.
@Suite struct FramingTests {
    /// What an attacker hides behind an ambiguous request; it must never be answered.
    private static let smuggled = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    @Test(arguments: [
        ("length and chunked", "Content-Length: 4\r\nTransfer-Encoding: chunked"),
        ("two lengths", "Content-Length: 4\r\nContent-Length: 5"),
        ("the same length twice", "Content-Length: 4\r\nContent-Length: 4"),
        ("signed length", "Content-Length: +4"),
        ("space before the colon", "Content-Length : 4"),
        ("obsolete folding", "X-A: b\r\n c: d\r\nContent-Length: 4"),
        ("bare line feed", "X-A: b\nContent-Length: 4"),
        ("chunked twice", "Transfer-Encoding: chunked, chunked"),
        ("disguised chunked", "Transfer-Encoding: \u{b}chunked"),
        ("two hosts", "Host: evil.example\r\nContent-Length: 4"),
    ])
    func `an ambiguous request is refused once and ends the connection`(
        name: String,
        fields: String
    ) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let connection = try RawConnection(port: gate.port)
                let head = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)\r\n\r\n"
                connection.send(head + "abcd" + Self.smuggled)
                let received = connection.readToEnd()
                let answer = try #require(received, "\(name): still open")
                let status = answer.split(separator: " ").dropFirst().first
                #expect(status == "400" || status == "501", "\(name): \(answer)")
                #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(name)")
            }
        }
    }

    @Test func `a request that is whole is answered on the same connection again`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let connection = try RawConnection(port: gate.port)
                let last = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                connection.send(Self.smuggled + Self.smuggled + last)
                let received = connection.readToEnd()
                let answer = try #require(received)
                #expect(answer.components(separatedBy: "HTTP/1.1 200 ").count == 4)
            }
        }
    }
}
