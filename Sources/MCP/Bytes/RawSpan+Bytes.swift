/// Reading single bytes and words; every access is bounds-checked by the standard library.
///
/// These are inlined into other modules, because a call for each byte of a head costs more than
/// all that is done with it.
extension RawSpan {
    /// The byte at `offset`; traps when out of bounds.
    @inlinable @inline(__always)
    package subscript(offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The eight bytes from `offset` on, first byte lowest; traps when out of bounds.
    @inlinable @inline(__always)
    package func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The up to seven bytes in `range`, first byte lowest, the rest of the word zero.
    @inline(__always)
    func partialWord(in range: Range<Int>) -> UInt64 {
        if range.lowerBound + 8 <= byteCount {
            return word(at: range.lowerBound) & (1 &<< UInt64(8 * range.count) &- 1)
        }
        var word: UInt64 = 0
        for offset in range.reversed() {
            word = word &<< 8 | UInt64(self[offset])
        }
        return word
    }

    /// Whether the bytes in `range` are exactly those of `text`.
    @inlinable @inline(__always)
    package func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count == count else { return false }
        let expected = unsafe RawSpan(_unsafeStart: text.utf8Start, byteCount: count)
        return holds(expected, at: range.lowerBound, isFolding: false)
    }

    /// Whether the bytes in `range`, with ASCII capitals folded, are those of `text`.
    ///
    /// `text` must hold no ASCII capitals itself.
    @inlinable @inline(__always)
    package func equalsFolded(_ text: StaticString, in range: Range<Int>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count == count else { return false }
        let expected = unsafe RawSpan(_unsafeStart: text.utf8Start, byteCount: count)
        return holds(expected, at: range.lowerBound, isFolding: true)
    }

    /// Whether the bytes in `range` equal those of `other` in `otherRange`.
    package func equals(
        _ range: Range<Int>,
        of other: borrowing RawSpan,
        in otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        return holds(other.extracting(otherRange), at: range.lowerBound, isFolding: false)
    }

    /// Whether the bytes from `start` on are those of `expected`, which holds no ASCII capitals
    /// if this is to fold them.
    ///
    /// The last word may overlap the one before it.
    @inlinable @inline(__always)
    package func holds(_ expected: borrowing RawSpan, at start: Int, isFolding: Bool) -> Bool {
        let count = expected.byteCount
        var offset = 0
        if count >= 8 {
            while offset < count {
                let position = min(offset, count &- 8)
                let word = word(at: start &+ position)
                guard (isFolding ? Lanes.folded(word) : word) == expected.word(at: position) else {
                    return false
                }
                offset &+= 8
            }
            return true
        }
        while offset < count {
            let byte = self[start &+ offset]
            guard (isFolding ? ASCII.folded(byte) : byte) == expected[offset] else { return false }
            offset &+= 1
        }
        return true
    }

    /// Whether every byte in `range` prints and is not a space.
    package func isVisible(in range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound {
            guard Lanes.areVisible(word(at: offset)) else { return false }
            offset += 8
        }
        while offset < range.upperBound {
            guard ASCII.isVisible(self[offset]) else { return false }
            offset += 1
        }
        return true
    }

    /// A copy of the bytes in `range`.
    package func copy(of range: Range<Int>) -> [UInt8] {
        unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
    }

    /// The bytes in `range` as text; the caller has validated them as UTF-8.
    package func text(in range: Range<Int>) -> String {
        let source = extracting(range)
        return unsafe String(unsafeUninitializedCapacity: range.count) { buffer in
            unsafe source.withUnsafeBytes { bytes in
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            }
            return range.count
        }
    }
}
