/// Lists with commas between their items; blanks around an item mean nothing.
extension SeedReader {
    mutating func prefixes(_ name: String) -> [AddressPrefix]? {
        items(name) { item throws(AddressProblem) in try AddressPrefix(parsing: item) }
    }

    /// Networks of proxies; ones so wide that strangers are in them are refused.
    mutating func proxies(_ name: String) -> [AddressPrefix]? {
        items(name) { item throws(AddressProblem) in
            let prefix = try AddressPrefix(parsing: item)
            let shortest =
                prefix.network.isV4
                ? PolicyBounds.trustedLengthMinV4 : PolicyBounds.trustedLengthMinV6
            guard prefix.length >= shortest else {
                throw AddressProblem(
                    message: "would let strangers name any address; allowed are networks of"
                        + " /\(shortest) or longer"
                )
            }
            return prefix
        }
    }

    /// Host names and addresses without port.
    mutating func hosts(_ name: String) -> [String]? {
        items(name) { item throws(AddressProblem) in
            guard let host = HostPort(Array(item.utf8)), host.isPlain, host.port == nil else {
                throw AddressProblem(
                    message: "allowed are lower-case hosts without port, such as gate.example or"
                        + " [::1]; a wildcard is not"
                )
            }
            return item
        }
    }

    /// Exact origins, or one `*` alone for every origin.
    mutating func origins(_ name: String) -> CrossOrigins? {
        if value(name)?.utf8.elementsEqual("*".utf8) ?? false { return .any }
        let origins = items(name) { item throws(AddressProblem) in
            guard WebOrigin(parsing: item) != nil else {
                throw AddressProblem(
                    message: "allowed are exact lower-case origins such as https://app.example,"
                        + " or * alone"
                )
            }
            return item
        }
        return origins.map { .listed($0) }
    }

    /// Every item, each once; nil when the variable is not set or empty.
    private mutating func items<Item: Equatable>(
        _ name: String,
        _ read: (String) throws(AddressProblem) -> Item
    ) -> [Item]? {
        guard let value = value(name) else { return nil }
        let texts = value.utf8.split(separator: 0x2C, omittingEmptySubsequences: false)
            .map(Self.trimmed)
        if texts.count == 1 && texts[0].isEmpty { return nil }
        var items: [Item] = []
        for text in texts {
            do throws(AddressProblem) {
                let item = try read(text)
                if !items.contains(item) { items.append(item) }
            } catch {
                report(
                    SeedProblem(
                        variable: name,
                        message: "has the entry \(Self.shown(text)): \(error.message)"
                    )
                )
            }
        }
        return items
    }

    /// Without ASCII spaces and tabs around it.
    private static func trimmed(_ item: Substring.UTF8View) -> String {
        var bytes = Array(item)[...]
        while bytes.first?.isBlank ?? false { bytes.removeFirst() }
        while bytes.last?.isBlank ?? false { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
