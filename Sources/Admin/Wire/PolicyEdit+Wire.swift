package import Policy

/// A policy edit as the admin endpoint writes it: an object with one member, named for the edit.
///
/// ```json
/// {"addEntry": {"list": "allowlist", "entry": {"prefix": "10.0.0.0/8", "reason": "office"}}}
/// {"removeEntry": {"list": "denylist", "prefix": "203.0.113.9/32"}}
/// {"setLimits": {"isRateLimitEnabled": true, "perAddress": {…}, "perKey": {…}, …}}
/// {"setAuthenticationRequired": true}
/// {"setUpstream": {"url": "http://127.0.0.1:9000/mcp"}}
/// {"setKeyState": {"id": "4fT0aQzX", "state": "disabled"}}
/// ```
package struct WiredEdit: Equatable, Sendable, Codable {
    package var edit: PolicyEdit

    package init(_ edit: PolicyEdit) {
        self.edit = edit
    }

    private enum Tag: String, CodingKey, CaseIterable {
        case addEntry, removeEntry, setLimits, setBrowserRules, setAuthenticationRequired
        case setUpstream, setDebugLogging, addKey, rotateKey, setKeyState, replace
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
        switch tag {
        case .addEntry:
            let addition = try container.decode(EntryAddition.self, forKey: tag)
            return .addEntry(addition.list, addition.entry)
        case .removeEntry:
            let removal = try container.decode(EntryRemoval.self, forKey: tag)
            return .removeEntry(removal.list, removal.prefix)
        case .setLimits:
            return .setLimits(try container.decode(LimitRules.self, forKey: tag))
        case .setBrowserRules:
            return .setBrowserRules(try container.decode(BrowserRules.self, forKey: tag))
        case .setAuthenticationRequired:
            return .setAuthenticationRequired(try container.decode(Bool.self, forKey: tag))
        case .setUpstream:
            return .setUpstream(try container.decodeIfPresent(UpstreamRule.self, forKey: tag))
        case .setDebugLogging:
            return .setDebugLogging(try container.decode(Bool.self, forKey: tag))
        case .addKey:
            return .addKey(try container.decode(KeyRecord.self, forKey: tag))
        case .rotateKey:
            let rotation = try container.decode(KeyRotation.self, forKey: tag)
            return .rotateKey(rotation.id, secret: rotation.secret, retires: rotation.retires)
        case .setKeyState:
            let change = try container.decode(KeyStateChange.self, forKey: tag)
            return .setKeyState(change.id, change.state)
        case .replace:
            return .replace(try container.decode(Replacement.self, forKey: tag).document)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Tag.self)
        switch edit {
        case .addEntry(let list, let entry):
            try container.encode(EntryAddition(list: list, entry: entry), forKey: .addEntry)
        case .removeEntry(let list, let prefix):
            try container.encode(EntryRemoval(list: list, prefix: prefix), forKey: .removeEntry)
        case .setLimits(let limits):
            try container.encode(limits, forKey: .setLimits)
        case .setBrowserRules(let rules):
            try container.encode(rules, forKey: .setBrowserRules)
        case .setAuthenticationRequired(let isRequired):
            try container.encode(isRequired, forKey: .setAuthenticationRequired)
        case .setUpstream(let upstream):
            try container.encode(upstream, forKey: .setUpstream)
        case .setDebugLogging(let isEnabled):
            try container.encode(isEnabled, forKey: .setDebugLogging)
        case .addKey(let record):
            try container.encode(record, forKey: .addKey)
        case .rotateKey(let id, let secret, let retires):
            let rotation = KeyRotation(id: id, secret: secret, retires: retires)
            try container.encode(rotation, forKey: .rotateKey)
        case .setKeyState(let id, let state):
            try container.encode(KeyStateChange(id: id, state: state), forKey: .setKeyState)
        case .replace(let document):
            try container.encode(document, forKey: .replace)
        }
    }
}
