/// Why a text is not a network, as one sentence for the operator.
package struct AddressProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String

    package var description: String { message }
}

extension AddressPrefix: CustomStringConvertible {
    /// Always with its length, as in `10.0.0.5/32`.
    package var description: String { "\(network)/\(length)" }
}

extension AddressPrefix {
    /// Reads `ADDRESS` or `ADDRESS/LENGTH`, strictly.
    ///
    /// No length means the single address. IPv4-mapped prefixes of /96 and longer fold to IPv4;
    /// shorter ones would mix both families and are refused.
    /// - Throws: What is wrong and what to write instead; the text itself is not repeated unless
    ///   it is an address.
    package init(parsing text: String) throws(AddressProblem) {
        let bytes = Array(text.utf8.prefix(64))
        let slash = bytes.firstIndex(of: 0x2F) ?? bytes.count
        let addressBytes = Array(bytes[..<slash])
        guard text.utf8.count <= 64,
            let address = IPAddress(parsing: unsafe addressBytes.span.bytes)
        else {
            throw AddressProblem(
                message: "not an address or network; write for example 10.0.0.0/8, 192.0.2.7 or"
                    + " 2001:db8::/32"
            )
        }
        let isMapped = address.isV4 && addressBytes.contains(0x3A)
        guard slash < bytes.count else {
            self.init(single: address)
            return
        }
        let digits = bytes[(slash + 1)...]
        let length = try Self.length(digits, of: address, isMapped: isMapped)
        try self.init(network: address, length: length)
    }

    /// One address as a network.
    package init(single address: IPAddress) {
        self.init(uncheckedNetwork: address, length: address.isV4 ? 32 : 128)
    }

    /// - Throws: When a bit is set after the prefix or the length does not fit the family.
    package init(network: IPAddress, length: Int) throws(AddressProblem) {
        let bits = network.isV4 ? 32 : 128
        guard (0...bits).contains(length) else {
            throw AddressProblem(message: "the length after / must be 0…\(bits)")
        }
        let masked = network.masked(to: length)
        guard masked == network else {
            throw AddressProblem(
                message: "\(network)/\(length) has bits set after the prefix; write"
                    + " \(masked)/\(length) or \(network)/\(bits)"
            )
        }
        self.init(uncheckedNetwork: network, length: length)
    }

    private static func length(
        _ digits: some Collection<UInt8>,
        of address: IPAddress,
        isMapped: Bool
    ) throws(AddressProblem) -> Int {
        let bits = address.isV4 && !isMapped ? 32 : 128
        guard let length = StrictDecimal.parse(digits, limit: Int64(bits)) else {
            throw AddressProblem(
                message: "the length after / must be 0…\(bits), in digits without a leading zero"
            )
        }
        guard isMapped else { return Int(length) }
        guard length >= 96 else {
            throw AddressProblem(
                message: "an IPv4-mapped network needs a length of 96…128; write it as IPv4"
            )
        }
        return Int(length) - 96
    }

    package func contains(_ address: IPAddress) -> Bool {
        network.isV4 == address.isV4 && address.masked(to: length) == network
    }
}

extension IPAddress {
    /// The address with every bit after the first `length` cleared.
    func masked(to length: Int) -> Self {
        switch self {
        case .v4(let value):
            .v4(value & ~(UInt32.max >> UInt32(length)))
        case .v6(let upper, let lower):
            .v6(
                upper & ~(UInt64.max >> UInt64(min(length, 64))),
                lower & ~(UInt64.max >> UInt64(max(length - 64, 0)))
            )
        }
    }
}

extension AddressPrefix: Codable {
    /// Reads text by the rules of `init(parsing:)`; the error carries the same sentence.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(AddressProblem) {
            try self.init(parsing: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
