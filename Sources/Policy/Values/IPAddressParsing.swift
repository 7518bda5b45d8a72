import MCP

extension IPAddress {
    /// Reads one address, strictly: dotted quad without leading zeros, or RFC 4291 text.
    ///
    /// Octal, hexadecimal and short forms, zone ids, brackets, white space and NUL are refused. An
    /// embedded dotted quad may only be the last 32 bits of an IPv6 address.
    package init?(parsing text: String) {
        self.init(parsing: unsafe text.utf8Span.span.bytes)
    }

    /// As `init(parsing:)` for text, from bytes.
    package init?(parsing bytes: RawSpan) {
        // The longest text is eight full groups with the last two as a dotted quad: 45 bytes.
        guard bytes.byteCount >= 2 && bytes.byteCount <= 45 else { return nil }
        if let value = Self.dottedQuad(bytes, from: 0) {
            self = .v4(value)
        } else if let groups = IPv6Groups(bytes) {
            self = Self(upper: groups.upper, lower: groups.lower)
        } else {
            return nil
        }
    }

    /// Folds an IPv4-mapped address (`::ffff:0:0/96`) to its IPv4 address.
    package init(upper: UInt64, lower: UInt64) {
        if upper == 0 && lower >> 32 == 0xFFFF {
            self = .v4(UInt32(truncatingIfNeeded: lower))
        } else {
            self = .v6(upper, lower)
        }
    }

    /// Four decimal numbers of 0…255 from `start` to the end, or nil.
    fileprivate static func dottedQuad(_ bytes: RawSpan, from start: Int) -> UInt32? {
        var value: UInt32 = 0
        var offset = start
        for part in 0..<4 {
            if part > 0 {
                guard offset < bytes.byteCount, bytes[offset] == 0x2E else { return nil }
                offset += 1
            }
            guard let number = decimalOctet(bytes, at: &offset) else { return nil }
            value = value << 8 | number
        }
        return offset == bytes.byteCount ? value : nil
    }

    private static func decimalOctet(_ bytes: RawSpan, at offset: inout Int) -> UInt32? {
        let start = offset
        var number: UInt32 = 0
        while offset < bytes.byteCount, let digit = bytes[offset].decimalDigit {
            if offset - start == 3 || (offset > start && number == 0) { return nil }
            number = number * 10 + UInt32(digit)
            offset += 1
        }
        return offset > start && number <= 255 ? number : nil
    }
}

/// The eight groups of an IPv6 text, read left to right.
private struct IPv6Groups {
    private(set) var upper: UInt64 = 0
    private(set) var lower: UInt64 = 0
    private var count = 0
    /// How many groups stand before `::`.
    private var gap: Int?

    init?(_ bytes: RawSpan) {
        var offset = 0
        if bytes[0] == 0x3A {
            guard bytes[1] == 0x3A else { return nil }
            gap = 0
            offset = 2
        }
        while offset < bytes.byteCount {
            guard readGroup(bytes, at: &offset) else { return nil }
        }
        guard closeGap() else { return nil }
    }

    /// Reads a group and the separator behind it.
    private mutating func readGroup(_ bytes: RawSpan, at offset: inout Int) -> Bool {
        if let quad = IPAddress.dottedQuad(bytes, from: offset) {
            offset = bytes.byteCount
            return append(UInt64(quad >> 16)) && append(UInt64(quad & 0xFFFF))
        }
        guard let group = hexadecimalGroup(bytes, at: &offset), append(group) else { return false }
        if offset == bytes.byteCount { return true }
        guard bytes[offset] == 0x3A, offset + 1 < bytes.byteCount else { return false }
        offset += 1
        if bytes[offset] == 0x3A {
            guard gap == nil else { return false }
            gap = count
            offset += 1
        }
        return true
    }

    private func hexadecimalGroup(_ bytes: RawSpan, at offset: inout Int) -> UInt64? {
        let start = offset
        var value: UInt64 = 0
        while offset < bytes.byteCount, let digit = bytes[offset].hexadecimalDigit {
            if offset - start == 4 { return nil }
            value = value << 4 | UInt64(digit)
            offset += 1
        }
        return offset > start ? value : nil
    }

    private mutating func append(_ group: UInt64) -> Bool {
        guard count < 8 else { return false }
        count += 1
        upper = upper << 16 | lower >> 48
        lower = lower << 16 | group
        return true
    }

    /// Puts the zero groups where `::` stands; it stands for one group at least.
    private mutating func closeGap() -> Bool {
        guard let gap else { return count == 8 }
        guard count < 8 else { return false }
        let value = UInt128(upper) << 64 | UInt128(lower)
        let tail = count - gap
        let tailMask = (UInt128(1) << UInt128(tail * 16)) - 1
        let head = (value & ~tailMask) << UInt128((8 - count) * 16)
        let whole = head | (value & tailMask)
        upper = UInt64(truncatingIfNeeded: whole >> 64)
        lower = UInt64(truncatingIfNeeded: whole)
        return true
    }
}
