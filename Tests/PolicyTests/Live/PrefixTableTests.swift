import Testing

@testable import Policy

@Suite struct PrefixTableTests {
    private func table(_ texts: [String]) throws -> PrefixTable {
        PrefixTable(try texts.map { (try AddressPrefix(parsing: $0), nil) })
    }

    @Test func `finds the most specific network`() throws {
        let table = try table(["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "::/0"])
        func match(_ text: String) throws -> Int? {
            table.match(try client(text).address, at: noon)
        }
        #expect(try match("10.1.2.3") == 3)
        #expect(try match("10.1.2.4") == 2)
        #expect(try match("10.2.0.0") == 1)
        #expect(try match("9.255.255.255") == 0)
        #expect(try match("255.255.255.255") == 0)
        #expect(try match("2001:db8::1") == 4)
    }

    @Test func `finds nothing in an empty table`() throws {
        #expect(try table([]).match(try client("10.0.0.1").address, at: noon) == nil)
    }

    @Test func `agrees with a search through every entry`() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<20 {
            let entries = (0..<200).map { _ in randomEntry(&random) }
            let table = PrefixTable(entries)
            for _ in 0..<500 {
                let address = randomAddress(&random)
                let expected = entries.indices.filter { index in
                    entries[index].prefix.contains(address)
                        && (entries[index].expires.map { noon < $0 } ?? true)
                }.map { entries[$0].prefix.length }.max()
                let found = table.match(address, at: noon).map { entries[$0].prefix.length }
                #expect(found == expected)
            }
        }
    }

    private func randomAddress(_ random: inout SplitMix) -> IPAddress {
        // Few different values, so that networks nest and addresses hit them.
        let bits = UInt32(truncatingIfNeeded: random.next() & 0x0303_0303)
        return random.next() % 2 == 0 ? .v4(bits) : .v6(UInt64(bits), UInt64(bits) << 32)
    }

    private func randomEntry(
        _ random: inout SplitMix
    ) -> (prefix: AddressPrefix, expires: Timestamp?) {
        let address = randomAddress(&random)
        let length = Int(random.next() % (address.isV4 ? 33 : 129))
        let prefix = AddressPrefix(
            uncheckedNetwork: address.masked(to: length),
            length: length
        )
        let offsets: [Int64?] = [nil, -1, 0, 1]
        let offset = offsets[Int(random.next() % 4)]
        return (prefix, offset.map { noon.advanced(bySeconds: $0) })
    }
}
