/// The fields that the gate acts on, recognised while a head is scanned.
package enum FieldKind: UInt8, CaseIterable, Sendable {
    case other
    case host, origin, contentType, contentLength, transferEncoding, connection, accept
    case authorization
    /// `x-api-key`.
    case apiKey
    /// `mcp-protocol-version`.
    case protocolVersion
    case mcpMethod, mcpName
    /// `mcp-param-` and at least one more byte.
    case mcpParam
    /// `mcp-session-id`.
    case sessionID
    case lastEventID, expect, upgrade
    /// Means something to one connection only: `te`, `trailer`, `keep-alive`, `proxy-…`,
    /// `http2-settings`.
    case hopByHop
    /// Claims a client address or an outer URL: `x-forwarded-…`, `forwarded`, `x-real-ip`,
    /// `cf-connecting-ip` and their like.
    case forwarding
    case cookie, date, server, retryAfter, wwwAuthenticate, acceptEncoding, contentEncoding

    /// Whether names that nobody listed letter by letter can be of this kind.
    var isOpenName: Bool {
        switch self {
        case .other, .mcpParam, .forwarding, .hopByHop: true
        default: false
        }
    }
}

/// One field of a head, as offsets into its bytes.
package struct HeadField: Equatable, Sendable {
    package var kind: FieldKind
    package var name: Range<Int>
    /// Without the optional white space around it; may be empty.
    package var value: Range<Int>
}

/// The fields of a head in the order they came in.
package struct FieldList: Equatable, Sendable {
    private var fields: [HeadField] = []
    private var present: UInt32 = 0
    private var repeated: UInt32 = 0
    /// Where the first field of each kind stands, by the kind's number.
    private var positions = SIMD32<UInt8>()

    package init() {}

    package var count: Int { fields.count }

    package var indices: Range<Int> { fields.indices }

    package subscript(position: Int) -> HeadField { fields[position] }

    /// Whether any field is of `kind`; costs one mask.
    package func contains(_ kind: FieldKind) -> Bool {
        present & (1 << UInt32(kind.rawValue)) != 0
    }

    package func first(_ kind: FieldKind) -> HeadField? {
        contains(kind) ? fields[Int(positions[Int(kind.rawValue)])] : nil
    }

    package func count(of kind: FieldKind) -> Int {
        guard contains(kind) else { return 0 }
        guard repeated & (1 << UInt32(kind.rawValue)) != 0 else { return 1 }
        var count = 0
        for field in fields where field.kind == kind {
            count += 1
        }
        return count
    }

    mutating func append(_ field: HeadField) {
        fields.append(field)
        let bit: UInt32 = 1 << UInt32(field.kind.rawValue)
        if present & bit == 0 {
            positions[Int(field.kind.rawValue)] = UInt8(truncatingIfNeeded: fields.count - 1)
        }
        repeated |= present & bit
        present |= bit
    }

    mutating func removeAll() {
        fields.removeAll(keepingCapacity: true)
        present = 0
        repeated = 0
    }

    mutating func reserve(_ capacity: Int) {
        fields.reserveCapacity(capacity)
    }
}
