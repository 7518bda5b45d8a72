import Testing

@testable import Policy

/// A fixed moment that tests count from.
let noon = Timestamp(millisecondsSince1970: 1_800_000_000_000)

func client(_ text: String) throws -> ClientAddress {
    ClientAddress(try #require(IPAddress(parsing: text)))
}

func entry(
    _ prefix: String,
    reason: String? = nil,
    expires: Timestamp? = nil
) throws -> AddressEntry {
    AddressEntry(prefix: try AddressPrefix(parsing: prefix), reason: reason, expires: expires)
}

func digest(_ number: UInt64) -> SecretDigest {
    SecretDigest(words: (number, 0, 0, 0))
}

func key(
    _ id: String = "abcd1234",
    name: String = "ci",
    state: KeyRecord.State = .enabled,
    expires: Timestamp? = nil,
    secrets: [KeySecret] = [KeySecret(digest: digest(1), created: noon)]
) -> KeyRecord {
    KeyRecord(
        id: KeyID(id),
        name: name,
        state: state,
        created: noon,
        expires: expires,
        secrets: secrets
    )
}

func ban(_ prefix: String, expires: Timestamp? = nil) throws -> BanRecord {
    BanRecord(
        prefix: try AddressPrefix(parsing: prefix),
        reason: "test",
        author: Author(uid: 0, name: "root"),
        created: noon,
        expires: expires
    )
}

extension Ruling {
    var denial: CallDenial? {
        if case .deny(let denial) = self { denial } else { nil }
    }

    var isAllowed: Bool { denial == nil }
}

/// Hands the bytes of a text to a guard.
func withBytes<Result>(_ text: String, _ body: (RawSpan) -> Result) -> Result {
    let bytes = Array(text.utf8)
    return body(bytes.span.bytes)
}
