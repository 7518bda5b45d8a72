import MCP

/// Refuses requests that a web page of a foreign origin sent.
///
/// No `Origin` passes: the client is not a browser, and its credentials speak for it. Otherwise
/// the value must be, byte for byte, an origin of the policy. An origin of the policy without a
/// port whose host is a loopback name (`localhost`, 127.0.0.0/8, `[::1]`) stands for every port,
/// because local tools pick theirs at random. `null` never passes.
package struct OriginGuard: Sendable {
    private let exact: TextTable
    private let anyPort: TextTable

    /// - Parameter allowedOrigins: Such as `https://app.example`, as browsers write them.
    package init(_ allowedOrigins: [String]) {
        exact = TextTable(allowedOrigins)
        anyPort = TextTable(
            allowedOrigins.filter { text in
                guard let origin = WebOrigin(parsing: text) else { return false }
                return origin.authority.isLoopback && origin.authority.port == nil
            }
        )
    }

    package func ruling(on origin: RawSpan?, count: Int = 1) -> Ruling {
        guard let origin else { return .allow }
        if count == 1 {
            if exact.contains(origin, 0..<origin.byteCount) { return .allow }
            if let end = Self.endBeforePort(origin), anyPort.contains(origin, 0..<end) {
                return .allow
            }
        }
        return .deny(
            CallDenial(
                status: 403,
                code: .originNotAllowed,
                clientMessage: "Requests from this origin are not allowed"
            )
        )
    }

    /// Where a final `:PORT` begins; nil when there is none or it is not 1…65,535 without a
    /// leading zero.
    private static func endBeforePort(_ origin: RawSpan) -> Int? {
        var start = origin.byteCount
        while start > 0, ASCII.isDigit(origin[start - 1]) { start -= 1 }
        let digits = start..<origin.byteCount
        guard start > 0, origin[start - 1] == ASCII.colon, (1...5).contains(digits.count),
            origin[start] != 0x30
        else { return nil }
        let port = digits.reduce(0) { $0 * 10 + Int(origin[$1] - 0x30) }
        return port <= 65_535 ? start - 1 : nil
    }
}
