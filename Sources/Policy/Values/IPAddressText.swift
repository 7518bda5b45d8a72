extension IPAddress: CustomStringConvertible {
    /// Dotted quad, or IPv6 text in the one form that RFC 5952 recommends.
    package var description: String {
        switch self {
        case .v4(let value):
            "\(value >> 24).\(value >> 16 & 0xFF).\(value >> 8 & 0xFF).\(value & 0xFF)"
        case .v6(let upper, let lower):
            Self.text(groups: Self.groups(upper) + Self.groups(lower))
        }
    }

    private static func groups(_ half: UInt64) -> [UInt16] {
        stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> $0) }
    }

    private static func text(groups: [UInt16]) -> String {
        let gap = longestZeroRun(groups)
        func joined(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let gap else { return joined(groups) }
        return joined(groups[..<gap.lowerBound]) + "::" + joined(groups[gap.upperBound...])
    }

    /// The first longest run of at least two zero groups.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(best?.count ?? 0, 1) { best = start..<end }
            start = end + 1
        }
        return best
    }
}

extension IPAddress: Codable {
    /// Reads text by the rules of `init(parsing:)`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Self(parsing: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not an IPv4 or IPv6 address"
            )
        }
        self = address
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension IPAddress {
    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let upper, let lower): upper == 0 && lower == 1
        }
    }

    package var isV4: Bool {
        if case .v4 = self { true } else { false }
    }

    /// 169.254.0.0/16 or fe80::/10, where cloud metadata services live.
    var isLinkLocal: Bool {
        switch self {
        case .v4(let value): value >> 16 == 0xA9FE
        case .v6(let upper, _): upper >> 54 == 0x3FA
        }
    }

    /// 0.0.0.0 or ::, which stand for every address of the machine.
    var isUnspecified: Bool {
        self == .v4(0) || self == .v6(0, 0)
    }
}

extension ClientAddress: CustomStringConvertible {
    /// What tables and records call the client: the IPv4 address, or the IPv6 /64.
    package var description: String { Self.text(ofGroup: group) }

    static func text(ofGroup group: IPAddress) -> String {
        group.isV4 ? group.description : "\(group)/64"
    }
}
