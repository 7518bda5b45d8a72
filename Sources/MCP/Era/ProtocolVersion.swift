/// The way of speaking that a request belongs to.
package enum WireEra: String, Sendable {
    /// Stateful: `initialize`, sessions, revisions up to 2025-11-25.
    case legacy
    /// Stateless: the `_meta` envelope, from 2026-07-28 on.
    case modern
}

/// The revisions of the Model Context Protocol that the gate knows by name.
package enum ProtocolVersion: String, CaseIterable, Sendable {
    case v20241105 = "2024-11-05"
    case v20250326 = "2025-03-26"
    case v20250618 = "2025-06-18"
    case v20251125 = "2025-11-25"
    case v20260728 = "2026-07-28"

    /// What `initialize` is answered with when it asks for a version nobody knows.
    package static let newestLegacy: ProtocolVersion = .v20251125

    /// What the modern path serves.
    package static let modern: [ProtocolVersion] = [.v20260728]

    package var isModern: Bool { self == .v20260728 }

    package var era: WireEra { isModern ? .modern : .legacy }

    /// The version whose name stands in `range`, byte for byte.
    package init?(_ range: Range<Int>, in bytes: RawSpan) {
        guard range.count == 10 else { return nil }
        for version in Self.allCases where bytes.equals(version.name, in: range) {
            self = version
            return
        }
        return nil
    }

    /// The raw value, for comparisons that must not allocate.
    var name: StaticString {
        switch self {
        case .v20241105: "2024-11-05"
        case .v20250326: "2025-03-26"
        case .v20250618: "2025-06-18"
        case .v20251125: "2025-11-25"
        case .v20260728: "2026-07-28"
        }
    }
}
