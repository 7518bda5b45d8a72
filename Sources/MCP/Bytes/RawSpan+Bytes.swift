/// Reading single bytes and words; every access is bounds-checked by the standard library.
extension RawSpan {
    /// The byte at `offset`; traps when out of bounds.
    @inline(__always)
    package subscript(offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The eight bytes from `offset` on, first byte lowest; traps when out of bounds.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Whether the bytes in `range` are exactly those of `text`.
    package func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<expected.count
            where unsafe expected[index] != self[range.lowerBound + index] {
                return false
            }
            return true
        }
    }

    /// Whether the bytes in `range`, with ASCII capitals folded, are those of `text`.
    ///
    /// `text` must hold no ASCII capitals itself.
    package func equalsFolded(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<expected.count
            where unsafe expected[index] != ASCII.folded(self[range.lowerBound + index]) {
                return false
            }
            return true
        }
    }

    /// Whether the bytes in `range` equal those of `other` in `otherRange`.
    package func equals(
        _ range: Range<Int>,
        of other: borrowing RawSpan,
        in otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        for index in 0..<range.count
        where self[range.lowerBound + index] != other[otherRange.lowerBound + index] {
            return false
        }
        return true
    }

    /// A copy of the bytes in `range`.
    package func copy(of range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for offset in range {
            bytes.append(self[offset])
        }
        return bytes
    }

    /// The bytes in `range` as text; the caller has validated them as UTF-8.
    package func text(in range: Range<Int>) -> String {
        unsafe String(unsafeUninitializedCapacity: range.count) { buffer in
            for index in 0..<range.count {
                unsafe buffer[index] = self[range.lowerBound + index]
            }
            return range.count
        }
    }
}
