/// Hashes the text of object keys with a seed no client can know.
///
/// The seed makes it impossible to choose keys that collide, so a table built on it stays fast
/// whatever the body holds.
struct KeyHash {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64
    private var word: UInt64 = 0
    private var count: UInt64 = 0

    private init() {
        state = Self.seed
    }

    /// The same for every spelling of one text.
    static func value(of key: TextRange, in document: RawSpan) -> UInt64 {
        var hash = KeyHash()
        if key.hasEscapes {
            var decoder = EscapeDecoder(key.bytes)
            while let byte = decoder.next(in: document) { hash.combine(byte) }
        } else {
            var offset = key.bytes.lowerBound
            while offset + 8 <= key.bytes.upperBound {
                hash.mix(document.word(at: offset))
                offset += 8
            }
            hash.word = document.partialWord(in: offset..<key.bytes.upperBound)
            hash.count = UInt64(key.bytes.count)
        }
        hash.mix(hash.word)
        hash.mix(hash.count)
        return hash.state
    }

    /// Scatters `value` with the number of the object it belongs to.
    static func combined(_ value: UInt64, with serial: Int32) -> UInt64 {
        var hash = KeyHash()
        hash.mix(value)
        hash.mix(UInt64(UInt32(bitPattern: serial)))
        return hash.state
    }

    private mutating func combine(_ byte: UInt8) {
        word |= UInt64(byte) << (8 * (count & 7))
        count += 1
        guard count & 7 == 0 else { return }
        mix(word)
        word = 0
    }

    @inline(__always)
    private mutating func mix(_ value: UInt64) {
        let product = (state ^ value).multipliedFullWidth(by: Self.multiplier)
        state = product.high ^ product.low
    }
}
