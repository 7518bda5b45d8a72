/// Eight bytes in one integer, looked at all at once; the first byte is the lowest.
///
/// Where a result marks bytes, it has the top bit of each marked byte set and no other.
@usableFromInline
package enum Lanes {
    @inlinable package static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable package static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// ASCII capitals become small letters; every other byte stays as it is.
    @inlinable @inline(__always)
    package static func folded(_ word: UInt64) -> UInt64 {
        word | within(word, 0x41, 0x5A) &>> 2
    }

    /// Marks the bytes that equal `byte`; may be wrong only by marking one above another that does.
    @inline(__always)
    static func equal(_ word: UInt64, to byte: UInt8) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & tops
    }

    /// Whether every byte prints and is not a space: 0x21…0x7E.
    @inlinable @inline(__always)
    package static func areVisible(_ word: UInt64) -> Bool {
        within(word, 0x21, 0x7E) == tops
    }

    /// Marks the bytes from `first` to `last`, both ASCII.
    ///
    /// Without their top bits no sum reaches into the byte above it.
    @inlinable @inline(__always)
    package static func within(_ word: UInt64, _ first: UInt64, _ last: UInt64) -> UInt64 {
        let low = word & ~tops
        let reached = low &+ ones &* (0x80 &- first)
        let passed = low &+ ones &* (0x7F &- last)
        return reached & ~passed & ~word & tops
    }
}
