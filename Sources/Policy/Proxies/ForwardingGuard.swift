package import MCP

/// What a trusted proxy says about the call that it passes on.
package struct ForwardedCall: Equatable, Sendable {
    package enum Scheme: Sendable {
        case http, https
    }

    /// The rightmost address that is not a trusted proxy.
    package var client: ClientAddress
    /// How the client reached the outermost proxy; nil when that is not said exactly once.
    package var scheme: Scheme?
    /// Where the host that the client asked for stands in the head; nil alike.
    package var host: Range<Int>?

    package init(client: ClientAddress, scheme: Scheme? = nil, host: Range<Int>? = nil) {
        self.client = client
        self.scheme = scheme
        self.host = host
    }
}

/// Finds out whose call a request is, and believes only trusted proxies about it.
///
/// The list of addresses that a request passed is read as one, whatever number of fields it is
/// spread over, and the client is the rightmost address in it that is not a trusted proxy: each
/// proxy appends what it saw, so everything further left is the client's own invention. When all
/// are trusted, the client is the leftmost. An address that cannot be read refuses the call,
/// because skipping it would let the client choose who it is.
package struct ForwardingGuard: Sendable {
    /// Whose call it is.
    package enum Finding: Equatable, Sendable {
        /// The peer's own; its forwarding fields, if it sent any, mean nothing.
        case peer(hasIgnoredFields: Bool)
        case forwarded(ForwardedCall)
        case refused(CallDenial)
    }

    /// Trusted proxies in a row.
    package static let hopCountMax = 32

    private let trusted: PrefixTable
    private let field: ProxyRules.Field
    /// Whether any proxy is trusted; when not, nothing need be asked of this guard.
    package let isEnabled: Bool

    package init(_ rules: ProxyRules) {
        trusted = PrefixTable(rules.trusted.map { ($0, nil) })
        field = rules.field
        isEnabled = !rules.trusted.isEmpty
    }

    /// Whether an address is one of a trusted proxy.
    package func isTrusted(_ address: IPAddress) -> Bool {
        isEnabled && trusted.match(address, at: Self.always) != nil
    }

    /// - Parameters:
    ///   - peer: Who the connection is from, or whom its PROXY header names.
    ///   - fields: The fields of the request.
    ///   - bytes: The head that the fields stand in.
    /// - Returns: The client, or a denial with 400 when a trusted proxy names none that can be
    ///   read.
    package func finding(
        peer: ClientAddress,
        fields: FieldList,
        in bytes: RawSpan
    ) -> Finding {
        guard fields.contains(.forwarding) else { return .peer(hasIgnoredFields: false) }
        guard isTrusted(peer.address) else { return .peer(hasIgnoredFields: true) }
        let call =
            switch field {
            case .forwardedFor: forwardedFor(fields, from: peer, in: bytes)
            case .forwarded: forwarded(fields, from: peer, in: bytes)
            }
        guard let call else { return .refused(Self.unreadable) }
        return .forwarded(call)
    }

    /// Trust never expires, so any moment will do.
    private static let always = Timestamp(millisecondsSince1970: 0)

    private static let unreadable = CallDenial(
        status: 400,
        code: .forwardingUnreadable,
        clientMessage: "The proxy in front does not say who is calling"
    )

    // MARK: X-Forwarded-For

    private func forwardedFor(
        _ fields: FieldList,
        from peer: ClientAddress,
        in bytes: RawSpan
    ) -> ForwardedCall? {
        var trail = ForwardingTrail(peer: peer)
        var scheme = OnlyValue()
        var host = OnlyValue()
        for index in fields.indices where fields[index].kind == .forwarding {
            let field = fields[index]
            if bytes.equalsFolded("x-forwarded-for", in: field.name) {
                appendHops(field.value, in: bytes, to: &trail)
            } else if bytes.equalsFolded("x-forwarded-proto", in: field.name) {
                scheme.note(field.value)
            } else if bytes.equalsFolded("x-forwarded-host", in: field.name) {
                host.note(field.value)
            }
        }
        var call = trail.call
        call?.scheme = scheme.range.flatMap { Self.scheme($0, in: bytes) }
        call?.host = host.range
        return call
    }

    private func appendHops(
        _ value: Range<Int>,
        in bytes: RawSpan,
        to trail: inout ForwardingTrail
    ) {
        var start = value.lowerBound
        while start <= value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != ASCII.comma { end += 1 }
            let node = Self.trimmed(start..<end, in: bytes)
            append(ForwardedNode.address(node, in: bytes, needsBrackets: false), to: &trail)
            start = end + 1
        }
    }

    private func append(
        _ hop: IPAddress?,
        scheme: ForwardedCall.Scheme? = nil,
        host: Range<Int>? = nil,
        to trail: inout ForwardingTrail
    ) {
        guard let hop else { return trail.append(nil, isTrusted: false) }
        let call = ForwardedCall(client: ClientAddress(hop), scheme: scheme, host: host)
        trail.append(call, isTrusted: isTrusted(hop))
    }

    private static func trimmed(_ range: Range<Int>, in bytes: RawSpan) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start].isBlank { start += 1 }
        while start < end, bytes[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    // MARK: Forwarded

    /// Every field is read to its end: a quote that a client leaves open must not swallow what a
    /// proxy appends.
    private func forwarded(
        _ fields: FieldList,
        from peer: ClientAddress,
        in bytes: RawSpan
    ) -> ForwardedCall? {
        var trail = ForwardingTrail(peer: peer)
        for index in fields.indices where fields[index].kind == .forwarding {
            let field = fields[index]
            guard bytes.equalsFolded("forwarded", in: field.name) else { continue }
            var parser = ForwardedParser(field.value)
            while !parser.isAtEnd {
                guard let element = parser.next(in: bytes) else { return nil }
                append(
                    element.node.flatMap {
                        ForwardedNode.address($0, in: bytes, needsBrackets: true)
                    },
                    scheme: element.scheme.flatMap { Self.scheme($0, in: bytes) },
                    host: element.host,
                    to: &trail
                )
            }
        }
        return trail.call
    }

    private static func scheme(_ range: Range<Int>, in bytes: RawSpan) -> ForwardedCall.Scheme? {
        if bytes.equalsFolded("https", in: range) { return .https }
        if bytes.equalsFolded("http", in: range) { return .http }
        return nil
    }
}
