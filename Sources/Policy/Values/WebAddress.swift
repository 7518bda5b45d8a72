import MCP

/// An absolute `http:` or `https:` address without user and fragment, taken apart.
struct WebAddress {
    let isEncrypted: Bool
    let authority: HostPort

    /// Nil for anything else, for upper-case hosts, and for link-local addresses (cloud metadata).
    init?(parsing text: String) {
        guard text.utf8.count <= PolicyBounds.urlLengthMax else { return nil }
        isEncrypted = text.utf8.starts(with: "https://".utf8)
        guard isEncrypted || text.utf8.starts(with: "http://".utf8) else { return nil }
        let rest = Array(text.utf8.dropFirst(isEncrypted ? 8 : 7))
        let end = rest.firstIndex { $0 == ASCII.slash || $0 == 0x3F } ?? rest.count
        guard let authority = HostPort(Array(rest[..<end])), authority.isPlain,
            rest[end...].allSatisfy(Self.isPathOrQueryByte)
        else { return nil }
        if let address = authority.address, address.isLinkLocal || address.isUnspecified {
            return nil
        }
        self.authority = authority
    }

    /// What RFC 3986 allows in a path and a query.
    private static func isPathOrQueryByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-._~!$&'()*+,;=:@%/?".utf8.contains(byte)
    }
}
