/// A reading of a clock that never steps; every limit, block and time-out uses it.
///
/// Nanoseconds since an arbitrary origin that is the same for the whole process.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package func advanced(bySeconds seconds: Int64) -> Self {
        Self(nanoseconds: nanoseconds + seconds * 1_000_000_000)
    }
}
