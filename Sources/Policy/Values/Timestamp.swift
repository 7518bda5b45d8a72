/// A moment on the wall clock, for people and records; limits never use it.
///
/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored. Encoded as RFC 3339 text in UTC,
/// e.g. `2026-11-22T10:30:00.250Z`.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    package func advanced(bySeconds seconds: Int64) -> Self {
        Self(millisecondsSince1970: millisecondsSince1970 + seconds * 1000)
    }
}
