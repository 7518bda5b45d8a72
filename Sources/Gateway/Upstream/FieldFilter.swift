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
    /// An answer that the gate reads must not be encoded.
    static func passesUpstream(
        _ field: HeadField,
        of call: OpenCall,
        in bytes: RawSpan
    ) -> Bool {
        switch field.kind {
        case .acceptEncoding:
            !call.isAnswerRead
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

    /// What the gateway says itself, and what would tell of the software behind it, by length.
    private static let ownedNames: [[StaticString]] = {
        let names: [StaticString] = [
            "cache-control", "x-content-type-options", "x-frame-options", "referrer-policy",
            "content-security-policy", "content-security-policy-report-only", "set-cookie",
            "strict-transport-security", "ratelimit", "ratelimit-policy", "alt-svc",
            "clear-site-data", "age", "expires", "pragma", "location", "refresh", "via",
            "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator", "x-runtime",
            "x-served-by", "x-server", "x-backend-server", "server-timing",
        ]
        let lengthMax = names.map(\.utf8CodeUnitCount).max() ?? 0
        return (0...lengthMax).map { length in
            names.filter { $0.utf8CodeUnitCount == length }
        }
    }()

    private static func isOwned(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        if name.count > 15, bytes.equalsFolded("access-control-", in: name.prefix(15)) {
            return true
        }
        guard name.count < ownedNames.count else { return false }
        return ownedNames[name.count].contains { bytes.equalsFolded($0, in: name) }
    }

    private static func holdsUnderscore(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        name.contains { bytes[$0] == UInt8(ascii: "_") }
    }
}
