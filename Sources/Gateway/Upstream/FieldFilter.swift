import MCP

/// Which fields of a message may cross the gateway.
///
/// `Connection` can only name fields that are dropped here anyway: a head in which it names any
/// other is refused by the parser.
enum FieldFilter {
    /// Whether a client's field goes on to the upstream.
    ///
    /// Its credentials and cookies stay here, and so does `Origin`, which was judged here against
    /// the name that the client knows. A name with an underscore is dropped because some servers
    /// read it as the same name with a hyphen, which would slip past this list.
    static func passesUpstream(_ field: HeadField, in bytes: RawSpan) -> Bool {
        switch field.kind {
        case .host, .origin, .contentLength, .transferEncoding, .connection, .authorization,
            .apiKey, .expect, .upgrade, .hopByHop, .forwarding, .cookie:
            false
        case .other:
            !holdsUnderscore(field.name, in: bytes)
        default:
            true
        }
    }

    /// Whether an upstream's field goes on to the client.
    ///
    /// The gateway answers for caching, sniffing, cross-origin access, cookies, rate limits and
    /// authentication itself.
    static func passesDownstream(_ field: HeadField, in bytes: RawSpan) -> Bool {
        switch field.kind {
        case .contentLength, .transferEncoding, .connection, .server, .wwwAuthenticate, .upgrade,
            .hopByHop, .forwarding, .cookie, .host, .authorization, .apiKey, .expect:
            false
        case .other:
            !isOwned(field.name, in: bytes)
        default:
            true
        }
    }

    private static let ownedNames: [StaticString] = [
        "cache-control", "x-content-type-options", "set-cookie", "ratelimit", "ratelimit-policy",
        "x-powered-by", "alt-svc", "via", "strict-transport-security", "clear-site-data", "age",
        "expires", "pragma", "location", "refresh",
    ]

    private static func isOwned(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        if name.count > 15, bytes.equalsFolded("access-control-", in: name.prefix(15)) {
            return true
        }
        return ownedNames.contains { bytes.equalsFolded($0, in: name) }
    }

    private static func holdsUnderscore(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        name.contains { bytes[$0] == UInt8(ascii: "_") }
    }
}
