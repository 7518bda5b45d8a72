import MCP

/// Reading text byte by byte; nothing here follows Unicode's idea of a letter.
extension UInt8 {
    /// The value of an ASCII decimal digit.
    var decimalDigit: UInt8? {
        ASCII.isDigit(self) ? self - 0x30 : nil
    }

    /// The value of an ASCII hexadecimal digit of either case.
    var hexadecimalDigit: UInt8? {
        ASCII.hexValue(self)
    }

    /// Upper-case ASCII letters become lower-case; every other byte stays.
    var asciiFolded: UInt8 {
        ASCII.folded(self)
    }

    /// Whether it is an ASCII letter or digit.
    var isASCIIAlphanumeric: Bool {
        decimalDigit != nil || (asciiFolded >= 0x61 && asciiFolded <= 0x7A)
    }

    /// Whether it is a space or a tab.
    var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

    /// Whether it prints in ASCII and is not a space.
    var isASCIIVisible: Bool { ASCII.isVisible(self) }
}

/// Digits and nothing else: no sign, no white space, no leading zero (unless it is the only digit).
enum StrictDecimal {
    /// Nil for anything but canonical digits of at most `limit`.
    static func parse(_ bytes: some Collection<UInt8>, limit: Int64) -> Int64? {
        guard let first = bytes.first, bytes.count <= 19 else { return nil }
        if first == 0x30 && bytes.count > 1 { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard let digit = byte.decimalDigit else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.addingReportingOverflow(Int64(digit))
            if isTooLarge || isOver || sum > limit { return nil }
            value = sum
        }
        return value
    }
}
