import MCP

/// Refuses requests for a host that the policy does not name, which stops DNS rebinding.
///
/// Exactly one `Host` field with `NAME` or `NAME:PORT`; the name is compared by bytes with ASCII
/// capitals folded, any port passes. Answers 403; RFC 9110 would also allow 421, but a browser
/// repeats a request after 421 and no repetition can help here.
package struct HostGuard: Sendable {
    private let names: TextTable

    /// - Parameter allowedHosts: Lower-case names; IPv6 addresses in brackets.
    package init(_ allowedHosts: [String]) {
        names = TextTable(allowedHosts)
    }

    package func ruling(on host: RawSpan?, count: Int) -> Ruling {
        guard count == 1, let host, let name = Self.nameRange(host),
            names.contains(host, name, isFolding: true)
        else {
            return .deny(
                CallDenial(
                    status: 403,
                    code: .hostNotAllowed,
                    clientMessage: "The Host of the request is not served here"
                )
            )
        }
        return .allow
    }

    /// The bytes before the port; nil when what follows them is not a port of 1…5 digits.
    private static func nameRange(_ host: RawSpan) -> Range<Int>? {
        var end = host.byteCount
        while end > 0, ASCII.isDigit(host[end - 1]) { end -= 1 }
        guard end > 0, host[end - 1] == ASCII.colon, isOutsideBrackets(host, end - 1) else {
            return 0..<host.byteCount
        }
        let digits = end..<host.byteCount
        guard (1...5).contains(digits.count) else { return nil }
        let port = digits.reduce(0) { $0 * 10 + Int(host[$1] - 0x30) }
        return (1...65_535).contains(port) ? 0..<(end - 1) : nil
    }

    /// Whether the colon at `offset` separates a port and is not part of an IPv6 address.
    private static func isOutsideBrackets(_ host: RawSpan, _ offset: Int) -> Bool {
        host[0] != 0x5B || (offset > 0 && host[offset - 1] == 0x5D)
    }
}
