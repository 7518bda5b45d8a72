package import MCP

extension PolicyDocument {
    /// The document as JSON, members always in the same order and nil ones left out.
    ///
    /// Equal documents make equal JSON, so its bytes may be digested. Reads back by `init(json:)`.
    package var json: JSONValue {
        let upstreamMember = upstream.map { rule in
            JSONMember("upstream", .object([JSONMember("url", .string(rule.url))]))
        }
        return .object(
            [
                JSONMember("allowlist", .array(allowlist.map(\.json))),
                JSONMember("denylist", .array(denylist.map(\.json))),
                JSONMember("browser", browser.json),
                JSONMember("authentication", authentication.json),
                JSONMember("limits", limits.json),
            ] + [upstreamMember].compactMap { $0 }
                + [JSONMember("isDebugLoggingEnabled", .bool(isDebugLoggingEnabled))]
        )
    }
}

extension AddressEntry {
    fileprivate var json: JSONValue {
        .members(
            ("prefix", .string(prefix.description)),
            ("reason", reason.map { .string($0) }),
            ("expires", expires.map { .string($0.description) })
        )
    }
}

extension BrowserRules {
    fileprivate var json: JSONValue {
        .members(
            ("allowedHosts", .array(allowedHosts.map { .string($0) })),
            ("allowedOrigins", .array(allowedOrigins.map { .string($0) }))
        )
    }
}

extension AuthenticationRules {
    fileprivate var json: JSONValue {
        .members(("isRequired", .bool(isRequired)), ("keys", .array(keys.map(\.json))))
    }
}

extension KeyRecord {
    fileprivate var json: JSONValue {
        .members(
            ("id", .string(id.rawValue)),
            ("name", .string(name)),
            ("state", .string(state.rawValue)),
            ("created", .string(created.description)),
            ("expires", expires.map { .string($0.description) }),
            ("secrets", .array(secrets.map(\.json)))
        )
    }
}

extension KeySecret {
    fileprivate var json: JSONValue {
        .members(
            ("digest", .string(digest.description)),
            ("created", .string(created.description)),
            ("retires", retires.map { .string($0.description) })
        )
    }
}

extension LimitRules {
    fileprivate var json: JSONValue {
        .members(
            ("isRateLimitEnabled", .bool(isRateLimitEnabled)),
            ("perAddress", perAddress.json),
            ("perKey", perKey.json),
            ("blockSeconds", .integer(blockSeconds)),
            ("bodyBytesMax", .integer(Int64(bodyBytesMax)))
        )
    }
}

extension RateRule {
    fileprivate var json: JSONValue {
        .members(
            ("requestsPerMinute", .integer(Int64(requestsPerMinute))),
            ("burst", .integer(Int64(burst)))
        )
    }
}

extension JSONValue {
    /// An object of those members that have a value.
    fileprivate static func members(_ members: (String, JSONValue?)...) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }
}
