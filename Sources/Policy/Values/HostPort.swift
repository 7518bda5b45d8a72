/// A host and perhaps a port, as in a `Host` field or the middle of an origin.
struct HostPort {
    /// As written: a name, an IPv4 address, or an IPv6 address in brackets.
    let name: String
    /// Set when the host is an address.
    let address: IPAddress?
    /// 1…65,535.
    let port: Int?

    /// Nil for an empty host, an empty or impossible port, or characters no host has.
    init?(_ bytes: [UInt8]) {
        guard let colon = Self.endOfName(bytes) else { return nil }
        let nameBytes = bytes[..<colon]
        name = String(decoding: nameBytes, as: UTF8.self)
        if colon < bytes.count {
            guard let number = StrictDecimal.parse(bytes[(colon + 1)...], limit: 65_535),
                number > 0
            else { return nil }
            port = Int(number)
        } else {
            port = nil
        }
        if nameBytes.first == 0x5B {
            address = IPAddress(parsing: String(name.dropFirst().dropLast()))
            if address == nil { return nil }
        } else {
            address = IPAddress(parsing: name)
            guard address != nil || Self.isName(nameBytes) else { return nil }
        }
    }

    /// Whether it is written as a policy must write it: lower case.
    var isPlain: Bool { name.utf8.allSatisfy { $0.asciiFolded == $0 } }

    /// `localhost`, 127.0.0.0/8 or `[::1]`.
    var isLoopback: Bool {
        address?.isLoopback ?? name.utf8.elementsEqual("localhost".utf8)
    }

    /// Where the name ends: at the port's colon, at the end, or nowhere (nil).
    private static func endOfName(_ bytes: [UInt8]) -> Int? {
        guard bytes.first == 0x5B else { return bytes.firstIndex(of: 0x3A) ?? bytes.count }
        guard let bracket = bytes.firstIndex(of: 0x5D) else { return nil }
        let end = bracket + 1
        return end == bytes.count || bytes[end] == 0x3A ? end : nil
    }

    /// Labels of letters, digits, `-` and `_`, 1…63 bytes each; not all digits, which some
    /// resolvers would read as an address.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        let labels = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        return bytes.count <= PolicyBounds.hostLengthMax
            && labels.allSatisfy(isLabel)
            && labels.last?.first?.decimalDigit == nil
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
            && label.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x2D || $0 == 0x5F }
    }
}
