import MCP

/// Reads the value of one `Forwarded` field by RFC 7239, section 4.
///
/// Stricter than its grammar: an element or a parameter without anything in it is refused.
struct ForwardedParser {
    /// What one proxy says.
    struct Element {
        /// The value of `for` without quotes; nil when it is not said, or not readably.
        var node: Range<Int>?
        var scheme: Range<Int>?
        var host: Range<Int>?
    }

    private var offset: Int
    private let end: Int
    private(set) var isAtEnd = false

    init(_ value: Range<Int>) {
        offset = value.lowerBound
        end = value.upperBound
    }

    /// The next element and the comma behind it; nil when the value breaks the grammar.
    ///
    /// A parameter that is repeated within an element breaks it too.
    mutating func next(in bytes: RawSpan) -> Element? {
        var element = Element()
        var seen: UInt8 = 0
        repeat {
            skipBlanks(in: bytes)
            guard let name = token(in: bytes), consume(UInt8(ascii: "="), in: bytes),
                let value = value(in: bytes)
            else { return nil }
            let parameter = Parameter(name, in: bytes)
            guard seen & parameter.rawValue == 0 else { return nil }
            seen |= parameter.rawValue
            switch parameter {
            case .node: element.node = value.plain
            case .scheme: element.scheme = value.plain
            case .host: element.host = value.plain
            case .proxy, .other: break
            }
            skipBlanks(in: bytes)
        } while consume(ASCII.semicolon, in: bytes)
        if offset == end {
            isAtEnd = true
            return element
        }
        return consume(ASCII.comma, in: bytes) ? element : nil
    }

    /// Bits, because each may be said once; extensions may be said often.
    private enum Parameter: UInt8 {
        case other = 0
        case node = 1
        case scheme = 2
        case host = 4
        case proxy = 8

        init(_ name: Range<Int>, in bytes: RawSpan) {
            if bytes.equalsFolded("for", in: name) {
                self = .node
            } else if bytes.equalsFolded("proto", in: name) {
                self = .scheme
            } else if bytes.equalsFolded("host", in: name) {
                self = .host
            } else {
                self = bytes.equalsFolded("by", in: name) ? .proxy : .other
            }
        }
    }

    /// Where a value stands; nil inside for a quoted one with escapes, which no address needs.
    private struct Value {
        var plain: Range<Int>?
    }

    private mutating func value(in bytes: RawSpan) -> Value? {
        guard consume(ASCII.quote, in: bytes) else { return token(in: bytes).map(Value.init) }
        let start = offset
        var hasEscapes = false
        while offset < end, bytes[offset] != ASCII.quote {
            if bytes[offset] == ASCII.backslash {
                hasEscapes = true
                offset += 1
            }
            offset += 1
        }
        guard offset < end else { return nil }
        offset += 1
        return Value(plain: hasEscapes ? nil : start..<offset - 1)
    }

    private mutating func token(in bytes: RawSpan) -> Range<Int>? {
        let start = offset
        while offset < end, Self.isTokenByte(bytes[offset]) { offset += 1 }
        return offset > start ? start..<offset : nil
    }

    /// `tchar` of RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private mutating func consume(_ byte: UInt8, in bytes: RawSpan) -> Bool {
        guard offset < end, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipBlanks(in bytes: RawSpan) {
        while offset < end, bytes[offset].isBlank { offset += 1 }
    }
}
