import MCP
import Testing

@testable import Policy

@Suite struct ProxyHeaderTests {
    private typealias Reading = ProxyHeader.Reading

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let v4Addresses: [UInt8] = [203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x67, 0x01, 0xBB]
    private static let v6Addresses: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [7]
        + Array(repeating: 0, count: 15) + [1, 0x12, 0x67, 0x01, 0xBB]

    private static func v2(
        command: UInt8 = 0x21,
        family: UInt8 = 0x11,
        length: Int? = nil,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let length = length ?? payload.count
        return signature + [command, family, UInt8(length >> 8), UInt8(length & 0xFF)] + payload
    }

    private func read(_ bytes: [UInt8]) -> Reading {
        ProxyHeader.read(bytes.span.bytes)
    }

    private func source(_ bytes: [UInt8]) -> String? {
        guard case .complete(let header) = read(bytes) else { return nil }
        return header.source?.address.description ?? "none"
    }

    /// The problem, whole and byte by byte, which must agree.
    private func problem(_ bytes: [UInt8]) -> ProxyHeader.Problem? {
        for count in 0..<bytes.count {
            switch read(Array(bytes[..<count])) {
            case .needsMore: continue
            case .refused(let problem): return problem
            case .complete: return nil
            }
        }
        guard case .refused(let problem) = read(bytes) else { return nil }
        return problem
    }

    @Test(arguments: [
        ("TCP4", "PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\n", "203.0.113.9"),
        ("TCP6", "PROXY TCP6 2001:db8::7 ::1 4711 443\r\n", "2001:db8::7"),
        ("port 0", "PROXY TCP4 203.0.113.9 10.0.0.1 0 65535\r\n", "203.0.113.9"),
        ("IPv4-mapped", "PROXY TCP6 ::ffff:203.0.113.9 ::1 1 2\r\n", "203.0.113.9"),
        ("unknown, short", "PROXY UNKNOWN\r\n", "none"),
        ("unknown, with addresses", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", "none"),
        (
            "the longest line of all",
            "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "none"
        ),
    ])
    func `reads version 1`(name: String, line: String, expected: String) {
        let bytes = Array(line.utf8)
        #expect(source(bytes) == expected, "\(name)")
        #expect(source(bytes + Array("PROXY TCP4 1.1.1.1".utf8)) == expected)
        for count in 0..<bytes.count {
            #expect(read(Array(bytes[..<count])) == .needsMore, "\(name) after \(count) bytes")
        }
    }

    @Test(arguments: [
        ("plain HTTP", "GET / HTTP/1.1\r\n\r\n", ProxyHeader.Problem.missing),
        ("TLS", "\u{16}\u{03}\u{01}", .missing), ("lower case", "proxy TCP4 ", .missing),
        ("space before", " PROXY TCP4 ", .missing), ("tab", "PROXY\tTCP4 ", .missing),
        ("line end before", "\r\nPROXY TCP4 ", .missing),
        ("no family", "PROXY \r\n", .malformedLine),
        ("UDP", "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("family in lower case", "PROXY tcp4 1.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("IPv6 in TCP4", "PROXY TCP4 ::1 ::1 1 2\r\n", .malformedLine),
        ("IPv4-mapped in TCP4", "PROXY TCP4 ::ffff:1.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("IPv4 in TCP6", "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("families mixed", "PROXY TCP4 1.1.1.1 ::1 1 2\r\n", .malformedLine),
        ("no ports", "PROXY TCP4 1.1.1.1 2.2.2.2\r\n", .malformedLine),
        ("one port", "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", .malformedLine),
        ("three ports", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n", .malformedLine),
        ("port too large", "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n", .malformedLine),
        ("destination port too large", "PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n", .malformedLine),
        ("port with zero", "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n", .malformedLine),
        ("port with sign", "PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n", .malformedLine),
        ("negative port", "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n", .malformedLine),
        ("octal", "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("short form", "PROXY TCP4 1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("a name", "PROXY TCP4 localhost 2.2.2.2 1 2\r\n", .malformedLine),
        ("bad destination", "PROXY TCP4 1.1.1.1 2.2.2.256 1 2\r\n", .malformedLine),
        ("brackets", "PROXY TCP6 [::1] ::1 1 2\r\n", .malformedLine),
        ("zone", "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", .malformedLine),
        ("two spaces", "PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("space at the end", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n", .malformedLine),
        ("bare line feed", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n", .malformedLine),
        ("bare carriage return", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rX", .malformedLine),
        ("NUL", "PROXY TCP4 1.1.1.1\0 2.2.2.2 1 2\r\n", .malformedLine),
        ("tab between", "PROXY TCP4\t1.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("non-ASCII", "PROXY TCP4 １.1.1.1 2.2.2.2 1 2\r\n", .malformedLine),
        ("no end", "PROXY UNKNOWN " + String(repeating: "x", count: 200), .tooLong),
        (
            "one byte too long", "PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n",
            .tooLong
        ),
    ])
    func `refuses as version 1`(name: String, line: String, expected: ProxyHeader.Problem) {
        #expect(problem(Array(line.utf8)) == expected, "\(name)")
        #expect(read(Array(line.utf8)) == .refused(expected), "\(name)")
    }

    @Test(arguments: [
        ("TCP over IPv4", v2(v4Addresses), "203.0.113.9"),
        ("TCP over IPv6", v2(family: 0x21, v6Addresses), "2001:db8::7"),
        ("with extensions", v2(v4Addresses + [0x04, 0, 2, 9, 9, 0x20, 0, 0]), "203.0.113.9"),
        ("local", v2(command: 0x20, family: 0x00, []), "none"),
        ("local with addresses", v2(command: 0x20, v4Addresses), "none"),
        ("local with garbage", v2(command: 0x20, family: 0x33, [1, 2, 3]), "none"),
        ("unspecified", v2(family: 0x00, []), "none"),
        ("unspecified with garbage", v2(family: 0x00, [1, 2, 3]), "none"),
        (
            "as long as may be",
            v2(v4Addresses + [0x04, 1, 249] + Array(repeating: 0, count: 505)), "203.0.113.9"
        ),
    ])
    func `reads version 2`(name: String, bytes: [UInt8], expected: String) {
        #expect(source(bytes) == expected, "\(name)")
        for count in 0..<bytes.count {
            #expect(read(Array(bytes[..<count])) == .needsMore, "\(name) after \(count) bytes")
        }
        guard case .complete(let header) = read(bytes + [0x47, 0x45, 0x54]) else { return }
        #expect(header.byteCount == bytes.count)
        #expect(header.sourcePort == (expected == "none" ? nil : 0x1267))
    }

    @Test(arguments: [
        ("version 1 in binary", v2(command: 0x11, v4Addresses), ProxyHeader.Problem.unknownCommand),
        ("version 3", v2(command: 0x31, v4Addresses), .unknownCommand),
        ("command 2", v2(command: 0x22, v4Addresses), .unknownCommand),
        ("UDP over IPv4", v2(family: 0x12, v4Addresses), .unsupportedFamily),
        ("UDP over IPv6", v2(family: 0x22, v6Addresses), .unsupportedFamily),
        ("Unix socket", v2(family: 0x31, Array(repeating: 0, count: 216)), .unsupportedFamily),
        ("family 4", v2(family: 0x41, v4Addresses), .unsupportedFamily),
        ("no transport", v2(family: 0x10, v4Addresses), .unsupportedFamily),
        ("no family", v2(family: 0x01, v4Addresses), .unsupportedFamily),
        ("no addresses", v2([]), .truncatedAddresses),
        ("11 bytes of IPv4", v2(Array(v4Addresses.dropLast())), .truncatedAddresses),
        ("35 bytes of IPv6", v2(family: 0x21, Array(v6Addresses.dropLast())), .truncatedAddresses),
        ("IPv4 called IPv6", v2(family: 0x21, v4Addresses), .truncatedAddresses),
        ("extension without length", v2(v4Addresses + [0x04]), .malformedExtensions),
        ("extension cut in its length", v2(v4Addresses + [0x04, 0]), .malformedExtensions),
        ("extension past the end", v2(v4Addresses + [0x04, 0, 1]), .malformedExtensions),
        (
            "extension of 65,535 bytes", v2(v4Addresses + [0x04, 0xFF, 0xFF, 0]),
            .malformedExtensions
        ),
        ("too long", v2(length: 521, v4Addresses), .tooLong),
        ("as long as can be said", v2(length: 65_535, v4Addresses), .tooLong),
        ("signature spoilt", [0x0D, 0x0A, 0x0D, 0x0A, 0x01], .missing),
    ])
    func `refuses as version 2`(name: String, bytes: [UInt8], expected: ProxyHeader.Problem) {
        #expect(problem(bytes) == expected, "\(name)")
    }

    @Test func `never traps, whatever the bytes`() {
        var random = SplitMix(state: 7)
        let seeds =
            [Self.v2(Self.v4Addresses), Self.v2(family: 0x21, Self.v6Addresses + [4, 0, 1, 1])]
            + [Array("PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\n".utf8)]
        for _ in 0..<20_000 {
            var bytes = seeds[Int(random.next() % 3)]
            for _ in 0...random.next() % 4 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next()
                )
            }
            bytes = Array(bytes.prefix(Int(random.next() % 80)))
            if case .complete(let header) = read(bytes) { #expect(header.byteCount <= bytes.count) }
        }
    }
}
