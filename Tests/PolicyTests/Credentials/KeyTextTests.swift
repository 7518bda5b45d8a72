import Testing

@testable import Policy

@Suite struct KeyTextTests {
    private let secretPart = String(repeating: "Aa0zZ9x", count: 6) + "b"

    private func whole() throws -> String {
        try #require(
            KeyText.compose(environment: "prod", id: KeyID("7Kq2mX9d"), secretPart: secretPart)
        ).revealed()
    }

    @Test func `composes what it parses`() throws {
        let text = try whole()
        #expect(text.hasPrefix("mcpk_prod_7Kq2mX9d_" + secretPart))
        #expect(text.utf8.count == 5 + 5 + 9 + 43 + 6)
        let parsed = try #require(KeyText.parse(text))
        #expect(parsed.environment == "prod")
        #expect(parsed.id == KeyID("7Kq2mX9d"))
    }

    @Test func `computes the standard checksum`() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test func `notices every single wrong character`() throws {
        let bytes = Array(try whole().utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = changed[index] == 0x61 ? 0x62 : 0x61
            #expect(KeyText.parse(String(decoding: changed, as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: [
        ("empty", ""), ("prefix only", "mcpk_"), ("other prefix", "ghp_prod_7Kq2mX9d_x"),
        ("missing part", "mcpk_prod_7Kq2mX9d"),
        ("non-ASCII", "mcpk_prod_7Kq2mX9d_" + String(repeating: "é", count: 24) + "a"),
        ("endless", "mcpk_" + String(repeating: "a", count: 100_000)),
    ])
    func `refuses`(name: String, text: String) {
        #expect(KeyText.parse(text) == nil, "\(name)")
    }

    @Test func `refuses a key with more around it`() throws {
        let text = try whole()
        for changed in [" " + text, text + " ", text + "\n", text + "\0", text + "0"] {
            #expect(KeyText.parse(changed) == nil)
        }
    }

    @Test(arguments: [
        ("empty environment", "", "7Kq2mX9d"), ("upper case", "Prod", "7Kq2mX9d"),
        ("separator", "pr_d", "7Kq2mX9d"), ("long environment", "aaaaaaaaaaaaaaaaa", "7Kq2mX9d"),
        ("short id", "prod", "7Kq2mX9"), ("foreign id", "prod", "7Kq2mX9é"),
    ])
    func `does not compose`(name: String, environment: String, id: String) {
        #expect(
            KeyText.compose(environment: environment, id: KeyID(id), secretPart: secretPart)
                == nil,
            "\(name)"
        )
        #expect(
            KeyText.compose(environment: "prod", id: KeyID("7Kq2mX9d"), secretPart: "short")
                == nil
        )
    }
}
