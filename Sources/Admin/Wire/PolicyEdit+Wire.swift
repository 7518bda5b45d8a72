package import Policy

/// A policy edit as the admin endpoint writes it: an object with one member, named for the edit.
///
/// ```json
/// {"addEntry": {"list": "allowlist", "entry": {"prefix": "10.0.0.0/8", "reason": "office"}}}
/// {"removeEntry": {"list": "denylist", "prefix": "203.0.113.9/32"}}
/// {"setLimits": {"isRateLimitEnabled": true, "perAddress": {…}, "perKey": {…}, …}}
/// {"setAuthenticationRequired": true}
/// {"setUpstream": {"url": "http://127.0.0.1:9000/mcp"}}
/// {"setServer": {"name": "files", "upstream": {"command": ["/usr/bin/mcp-files"]}}}
/// {"setLockdown": {"networks": ["10.0.0.0/8"], "reason": "incident"}}
/// {"setKeyState": {"id": "4fT0aQzX", "state": "disabled"}}
/// ```
package struct WiredEdit: Equatable, Sendable, Codable {
    package var edit: PolicyEdit

    package init(_ edit: PolicyEdit) {
        self.edit = edit
    }

    private enum Tag: String, CodingKey, CaseIterable {
        case addEntry, removeEntry, setLimits, setBrowserRules, setAuthenticationRequired
        case setFailureRules, setTokenRules, setCertificates, setProxyRules, setUpstream
        case setServer, removeServer, setToolRules, setLockdown, setDebugLogging
        case addKey, rotateKey, setKeyState, setKeyAccess, replace
    }

    private struct EntryAddition: Codable {
        var list: AddressList
        var entry: AddressEntry
    }

    private struct EntryRemoval: Codable {
        var list: AddressList
        var prefix: AddressPrefix
    }

    private struct KeyRotation: Codable {
        var id: KeyID
        var secret: KeySecret
        var retires: Timestamp
    }

    private struct KeyStateChange: Codable {
        var id: KeyID
        var state: KeyRecord.State
    }

    private struct KeyAccessChange: Codable {
        var id: KeyID
        var access: AccessRules
    }

    /// A whole document, of which a request is told every problem at once.
    private struct Replacement: Decodable {
        var document: PolicyDocument

        init(from decoder: any Decoder) throws {
            if let request = decoder as? StrictDecoder {
                document = try PolicyDocument(json: request.value)
            } else {
                document = try PolicyDocument(from: decoder)
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Tag.self)
        guard let tag = container.allKeys.first, container.allKeys.count == 1 else {
            let names = Tag.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "An edit is an object with exactly one of \(names)."
                )
            )
        }
        edit = try Self.edit(tagged: tag, in: container)
    }

    private static func edit(
        tagged tag: Tag,
        in container: KeyedDecodingContainer<Tag>
    ) throws -> PolicyEdit {
        func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try container.decode(type, forKey: tag)
        }
        func optional<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value? {
            try container.decodeIfPresent(type, forKey: tag)
        }
        switch tag {
        case .addEntry:
            let addition = try value(EntryAddition.self)
            return .addEntry(addition.list, addition.entry)
        case .removeEntry:
            let removal = try value(EntryRemoval.self)
            return .removeEntry(removal.list, removal.prefix)
        case .setLimits: return .setLimits(try value())
        case .setBrowserRules: return .setBrowserRules(try value())
        case .setAuthenticationRequired: return .setAuthenticationRequired(try value())
        case .setFailureRules: return .setFailureRules(try value())
        case .setTokenRules: return .setTokenRules(try optional())
        case .setCertificates: return .setCertificates(try value())
        case .setProxyRules: return .setProxyRules(try value())
        case .setUpstream: return .setUpstream(try optional())
        case .setServer: return .setServer(try value())
        case .removeServer: return .removeServer(try value())
        case .setToolRules: return .setToolRules(try value())
        case .setLockdown: return .setLockdown(try optional())
        case .setDebugLogging: return .setDebugLogging(try value())
        case .addKey: return .addKey(try value())
        case .rotateKey:
            let rotation = try value(KeyRotation.self)
            return .rotateKey(rotation.id, secret: rotation.secret, retires: rotation.retires)
        case .setKeyState:
            let change = try value(KeyStateChange.self)
            return .setKeyState(change.id, change.state)
        case .setKeyAccess:
            let change = try value(KeyAccessChange.self)
            return .setKeyAccess(change.id, change.access)
        case .replace: return .replace(try value(Replacement.self).document)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Tag.self)
        func put(_ value: some Encodable, _ tag: Tag) throws {
            try container.encode(value, forKey: tag)
        }
        switch edit {
        case .addEntry(let list, let entry):
            try put(EntryAddition(list: list, entry: entry), .addEntry)
        case .removeEntry(let list, let prefix):
            try put(EntryRemoval(list: list, prefix: prefix), .removeEntry)
        case .setLimits(let limits): try put(limits, .setLimits)
        case .setBrowserRules(let rules): try put(rules, .setBrowserRules)
        case .setAuthenticationRequired(let isRequired):
            try put(isRequired, .setAuthenticationRequired)
        case .setFailureRules(let rules): try put(rules, .setFailureRules)
        case .setTokenRules(let rules): try put(rules, .setTokenRules)
        case .setCertificates(let rules): try put(rules, .setCertificates)
        case .setProxyRules(let rules): try put(rules, .setProxyRules)
        case .setUpstream(let upstream): try put(upstream, .setUpstream)
        case .setServer(let server): try put(server, .setServer)
        case .removeServer(let name): try put(name, .removeServer)
        case .setToolRules(let rules): try put(rules, .setToolRules)
        case .setLockdown(let rule): try put(rule, .setLockdown)
        case .setDebugLogging(let isEnabled): try put(isEnabled, .setDebugLogging)
        case .addKey(let record): try put(record, .addKey)
        case .rotateKey(let id, let secret, let retires):
            try put(KeyRotation(id: id, secret: secret, retires: retires), .rotateKey)
        case .setKeyState(let id, let state):
            try put(KeyStateChange(id: id, state: state), .setKeyState)
        case .setKeyAccess(let id, let access):
            try put(KeyAccessChange(id: id, access: access), .setKeyAccess)
        case .replace(let document): try put(document, .replace)
        }
    }
}
