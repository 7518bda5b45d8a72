/// Takes secrets out of text that is about to be kept.
///
/// The last line of defence for words an operator typed and for values that were turned into text:
/// whole keys keep their public part, digests their first eight digits.
package enum SecretRedaction {
    private static let keyPrefix = Array("mcpk_".utf8)
    /// Digits of a SHA-256 in hexadecimal; shorter runs are left alone.
    private static let digestDigits = 64
    private static let digestDigitsKept = 8

    package static func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let word = bytes[position...].prefix(while: isWordByte)
            if word.isEmpty {
                kept.append(bytes[position])
                position += 1
            } else {
                kept += redacted(word: word)
                position = word.endIndex
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func redacted(word: ArraySlice<UInt8>) -> [UInt8] {
        if let start = indexOfKey(in: word) {
            return Array(word[..<start]) + redacted(key: word[start...])
        }
        if word.count >= digestDigits, word.allSatisfy(isHexDigit) {
            return Array(word.prefix(digestDigitsKept)) + Array("…".utf8)
        }
        return Array(word)
    }

    /// Keeps `mcpk_ENVIRONMENT_ID_` and nothing behind it.
    private static func redacted(key: ArraySlice<UInt8>) -> [UInt8] {
        let parts = key.split(
            separator: UInt8(ascii: "_"),
            maxSplits: 3,
            omittingEmptySubsequences: false
        )
        guard parts.count == 4, let secret = parts.last, !secret.isEmpty else {
            return Array(key)
        }
        let publicPart = parts.prefix(3).joined(separator: [UInt8(ascii: "_")])
        return Array(publicPart) + Array("_•••".utf8)
    }

    private static func indexOfKey(in word: ArraySlice<UInt8>) -> Int? {
        word.indices.first { word[$0...].starts(with: keyPrefix) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
