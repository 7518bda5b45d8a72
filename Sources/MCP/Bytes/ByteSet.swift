/// A set of ASCII bytes, tested with a shift and a mask; bytes from 0x80 on are never members.
struct ByteSet: Sendable {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        guard byte < 0x80 else { return false }
        let half = byte < 0x40 ? low : high
        return (half &>> UInt64(byte & 0x3F)) & 1 == 1
    }

    /// `tchar` of RFC 9110, section 5.6.2.
    static let token = ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)

    /// What RFC 3986 allows unencoded in a path or query, without `%`.
    static let target = ByteSet(low: 0xAFFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)

    /// Letters, digits, `-`, `.` and `_`: a host name or an IPv4 address.
    static let hostName = ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)

    /// Hexadecimal digits, `:` and `.`: what stands between the brackets of an IPv6 literal.
    static let bracketedHost = ByteSet(low: 0x07FF_4000_0000_0000, high: 0x0000_007E_0000_007E)
}
