import Testing

@testable import MCP

/// An input with the name of what is wrong with it.
struct Hostile<Problem: Sendable>: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var problem: Problem

    init(_ name: String, _ text: String, _ problem: Problem) {
        self.name = name
        self.text = text
        self.problem = problem
    }

    var testDescription: String { name }
}

/// Request heads that no two servers need agree about.
enum HostileRequests {
    private static func fields(_ lines: String) -> String {
        "POST /mcp HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n"
    }

    private static func target(_ target: String, method: String = "GET") -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
    }

    private static func host(_ value: String) -> String {
        "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n"
    }

    static let all = lines + requestLines + names + values + hosts + framing + options

    static let lines: [Hostile<HTTPProblem>] = [
        Hostile("bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
        Hostile("bare LF between fields", fields("A: b\nC: d"), .bareLineFeed),
        Hostile("bare LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Hostile("bare CR in a value", fields("A: b\rC: d"), .bareCarriageReturn),
        Hostile("CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", .bareCarriageReturn),
        Hostile("CR in the target", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", .bareCarriageReturn),
        Hostile("NUL in a value", fields("A: b\0c"), .controlCharacter),
        Hostile("NUL in a name", fields("A\0: b"), .controlCharacter),
        Hostile("escape in a value", fields("A: \u{1B}[2J"), .controlCharacter),
        Hostile("vertical tab in a value", fields("A: b\u{0B}"), .controlCharacter),
        Hostile("form feed before a value", fields("A:\u{0C}b"), .controlCharacter),
        Hostile("DEL in a value", fields("A: b\u{7F}"), .controlCharacter),
        Hostile("leading empty line", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .emptyFirstLine),
        Hostile("leading LF", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .bareLineFeed),
        Hostile("folded value", fields("A: b\r\n c"), .obsoleteFolding),
        Hostile("folded by a tab", fields("A: b\r\n\tc"), .obsoleteFolding),
        Hostile(
            "space before the first field",
            "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
            .obsoleteFolding
        ),
        Hostile("TLS hello", "\u{16}\u{03}\u{01}", .controlCharacter),
        Hostile("head without an end", String(repeating: "a", count: 16_384), .headTooLarge),
        Hostile(
            "head over the limit",
            fields("A: " + String(repeating: "b", count: 16_384)),
            .headTooLarge
        ),
        Hostile(
            "65 fields",
            fields(Array(repeating: "A: b", count: 64).joined(separator: "\r\n")),
            .tooManyFields
        ),
    ]

    static let requestLines: [Hostile<HTTPProblem>] = [
        Hostile("no version", "GET /\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Hostile("only a method", "GET\r\n\r\n", .malformedRequestLine),
        Hostile("two spaces before the target", target(" /"), .malformedVersion),
        Hostile("two spaces before the version", target("/ "), .malformedVersion),
        Hostile("space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformedVersion),
        Hostile("tab for a space", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", .malformedMethod),
        Hostile("space before the method", target("/", method: " GET"), .malformedMethod),
        Hostile("method of no token", target("/", method: "GE(T"), .malformedMethod),
        Hostile("small version name", "GET / http/1.1\r\nHost: a\r\n\r\n", .malformedVersion),
        Hostile("version 1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", .malformedVersion),
        Hostile("version 01.1", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", .malformedVersion),
        Hostile("version +1.1", "GET / HTTP/+.1\r\nHost: a\r\n\r\n", .malformedVersion),
        Hostile("version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", .unsupportedVersion),
        Hostile("version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unsupportedVersion),
        Hostile("version 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", .unsupportedVersion),
        Hostile("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Hostile("absolute form", target("http://evil/mcp"), .unsupportedTargetForm),
        Hostile("authority form", target("a:443", method: "CONNECT"), .unsupportedTargetForm),
        Hostile("asterisk with GET", target("*"), .unsupportedTargetForm),
        Hostile("asterisk and more", target("*a", method: "OPTIONS"), .unsupportedTargetForm),
        Hostile("relative target", target("mcp"), .unsupportedTargetForm),
        Hostile("fragment", target("/mcp#a"), .malformedTarget),
        Hostile("backslash", target("/\\evil"), .malformedTarget),
        Hostile("quote in the target", target("/\"a"), .malformedTarget),
        Hostile("angle bracket in the target", target("/<a>"), .malformedTarget),
        Hostile("percent at the end", target("/a%"), .malformedTarget),
        Hostile("percent and one digit", target("/a%2"), .malformedTarget),
        Hostile("percent and no digits", target("/a%zz"), .malformedTarget),
        Hostile("letters beyond ASCII", target("/\u{E9}"), .malformedTarget),
        Hostile(
            "target over the limit",
            target("/" + String(repeating: "a", count: 2_048)),
            .targetTooLong
        ),
    ]

    static let names: [Hostile<HTTPProblem>] = [
        Hostile("no colon", fields("Abc"), .malformedFieldName),
        Hostile("no name", fields(": b"), .malformedFieldName),
        Hostile("space before the colon", fields("Content-Length : 5"), .spaceBeforeColon),
        Hostile("tab before the colon", fields("Content-Length\t: 5"), .spaceBeforeColon),
        Hostile("space in a name", fields("Content Length: 5"), .spaceBeforeColon),
        Hostile("bracket in a name", fields("A[]: b"), .malformedFieldName),
        Hostile("slash in a name", fields("A/B: c"), .malformedFieldName),
        Hostile("Kelvin sign in a name", fields("\u{212A}eep-Alive: c"), .malformedFieldName),
        Hostile("long s in a name", fields("Ho\u{17F}t: b"), .malformedFieldName),
        Hostile("underscored length", fields("Content_Length: 5"), .disguisedField),
        Hostile("underscored encoding", fields("Transfer_Encoding: chunked"), .disguisedField),
        Hostile("underscored forwarding", fields("X_Forwarded_For: 10.0.0.1"), .disguisedField),
        Hostile("underscored routing", fields("MCP_NAME: x"), .disguisedField),
    ]

    static let values: [Hostile<HTTPProblem>] = [
        Hostile("NBSP before chunked", fields("Transfer-Encoding: \u{A0}chunked"), .nonASCIIValue),
        Hostile("NEL after a length", fields("Content-Length: 5\u{85}"), .nonASCIIValue),
        Hostile("full-width digits", fields("Content-Length: \u{FF15}"), .nonASCIIValue),
        Hostile("bytes beyond ASCII in Origin", fields("Origin: http://\u{E9}"), .nonASCIIValue),
        Hostile("bytes beyond ASCII in a key", fields("X-API-Key: \u{E9}"), .nonASCIIValue),
        Hostile("two keys", fields("X-API-Key: a\r\nX-Api-Key: b"), .repeatedField),
        Hostile(
            "two authorizations",
            fields("Authorization: Bearer a\r\nauthorization: Bearer b"),
            .repeatedField
        ),
        Hostile("two origins", fields("Origin: http://a\r\nOrigin: http://b"), .repeatedField),
        Hostile(
            "two content types",
            fields("Content-Type: a/b\r\nContent-Type: c/d"),
            .repeatedField
        ),
        Hostile("two sessions", fields("Mcp-Session-Id: a\r\nMcp-Session-Id: b"), .repeatedField),
    ]

    static let hosts: [Hostile<HTTPProblem>] = [
        Hostile("no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", .missingHost),
        Hostile("no fields", "GET / HTTP/1.1\r\n\r\n", .missingHost),
        Hostile("two hosts", fields("Host: b"), .repeatedField),
        Hostile("two hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedField),
        Hostile("empty host", host(""), .malformedHost),
        Hostile("host with user", host("a@evil"), .malformedHost),
        Hostile("host with path", host("a/b"), .malformedHost),
        Hostile("host with space", host("a b"), .malformedHost),
        Hostile("host list", host("a, b"), .malformedHost),
        Hostile("host with empty port", host("a:"), .malformedHost),
        Hostile("host with port 0", host("a:0"), .malformedHost),
        Hostile("host with port 65536", host("a:65536"), .malformedHost),
        Hostile("host with signed port", host("a:+80"), .malformedHost),
        Hostile("host with two ports", host("a:80:80"), .malformedHost),
        Hostile("host of a port only", host(":80"), .malformedHost),
        Hostile("host with open bracket", host("[::1"), .malformedHost),
        Hostile("host with empty brackets", host("[]"), .malformedHost),
        Hostile("host with text after brackets", host("[::1]a"), .malformedHost),
        Hostile("host with zone", host("[fe80::1%25eth0]"), .malformedHost),
        Hostile("host with bare IPv6", host("::1"), .malformedHost),
        Hostile("host with escape", host("a%2eb"), .malformedHost),
        Hostile("host with quote", host("\"a\""), .malformedHost),
    ]

    static let framing: [Hostile<HTTPProblem>] = [
        Hostile(
            "conflicting lengths",
            fields("Content-Length: 5\r\nContent-Length: 6"),
            .repeatedLength
        ),
        Hostile("equal lengths", fields("Content-Length: 5\r\nContent-Length: 5"), .repeatedLength),
        Hostile("length list", fields("Content-Length: 5, 5"), .malformedLength),
        Hostile("empty length", fields("Content-Length:"), .malformedLength),
        Hostile("length with plus", fields("Content-Length: +5"), .malformedLength),
        Hostile("length with minus", fields("Content-Length: -5"), .malformedLength),
        Hostile("length with space", fields("Content-Length: 5 5"), .malformedLength),
        Hostile("hexadecimal length", fields("Content-Length: 0x5"), .malformedLength),
        Hostile("fractional length", fields("Content-Length: 5.0"), .malformedLength),
        Hostile("grouped length", fields("Content-Length: 1_0"), .malformedLength),
        Hostile(
            "overflowing length",
            fields("Content-Length: 18446744073709551621"),
            .malformedLength
        ),
        Hostile(
            "length and encoding",
            fields("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            .lengthWithEncoding
        ),
        Hostile(
            "encoding and length",
            fields("Transfer-Encoding: chunked\r\nContent-Length: 5"),
            .lengthWithEncoding
        ),
        Hostile("gzip encoding", fields("Transfer-Encoding: gzip, chunked"), .unsupportedEncoding),
        Hostile("identity encoding", fields("Transfer-Encoding: identity"), .unsupportedEncoding),
        Hostile(
            "chunked twice",
            fields("Transfer-Encoding: chunked, chunked"),
            .unsupportedEncoding
        ),
        Hostile(
            "two encodings",
            fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            .unsupportedEncoding
        ),
        Hostile("empty encoding", fields("Transfer-Encoding:"), .unsupportedEncoding),
        Hostile("xchunked", fields("Transfer-Encoding: xchunked"), .unsupportedEncoding),
        Hostile(
            "chunked with parameter",
            fields("Transfer-Encoding: chunked;q=1"),
            .unsupportedEncoding
        ),
        Hostile("quoted chunked", fields("Transfer-Encoding: \"chunked\""), .unsupportedEncoding),
        Hostile(
            "chunked in 1.0",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            .encodingNotAllowed
        ),
    ]

    static let options: [Hostile<HTTPProblem>] = [
        Hostile("unknown expectation", fields("Expect: 200-ok"), .unsupportedExpectation),
        Hostile("expectation list", fields("Expect: 100-continue, a"), .unsupportedExpectation),
        Hostile("empty expectation", fields("Expect:"), .unsupportedExpectation),
        Hostile("connection drops the key", fields("Connection: X-API-Key"), .malformedConnection),
        Hostile(
            "connection drops the host",
            fields("Connection: close, host"),
            .malformedConnection
        ),
        Hostile("connection with a hole", fields("Connection: close,,close"), .malformedConnection),
        Hostile(
            "connection of an address",
            fields("Connection: x-forwarded-for"),
            .malformedConnection
        ),
    ]
}
