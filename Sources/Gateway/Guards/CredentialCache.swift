import MCP
import Policy

/// The credential that was last verified on one connection, so that the next request with the same
/// one needs neither a hash nor a lookup.
struct CredentialCache {
    private struct Entry {
        var bytes: [UInt8]
        var digest: SecretDigest
        var identity: KeyIdentity
        var generation: UInt64
    }

    private var entry: Entry?
    /// Where the ledger keeps the allowance of whoever calls on this connection.
    var usage = UsagePlace()

    /// The digest behind the identity that is cached, to ask again after a policy change.
    var digest: SecretDigest? { entry?.digest }

    mutating func store(
        _ bytes: [UInt8],
        digest: SecretDigest,
        identity: KeyIdentity,
        generation: UInt64
    ) {
        entry = Entry(bytes: bytes, digest: digest, identity: identity, generation: generation)
    }

    /// Whose key it is, if it is the one that was verified last under this very policy.
    func identity(
        for key: Range<Int>,
        of bytes: RawSpan,
        generation: UInt64,
        at now: Timestamp
    ) -> KeyIdentity? {
        guard let entry, entry.generation == generation, isEqual(entry.bytes, key, of: bytes)
        else { return nil }
        if let validUntil = entry.identity.validUntil, now >= validUntil { return nil }
        return entry.identity
    }

    /// Takes the same time wherever the bytes differ; only their number may show.
    private func isEqual(_ known: [UInt8], _ key: Range<Int>, of bytes: RawSpan) -> Bool {
        guard known.count == key.count else { return false }
        let (known, shown) = (known.span.bytes, bytes.extracting(key))
        var difference: UInt64 = 0
        var offset = 0
        while offset + 8 <= known.byteCount {
            difference |= known.word(at: offset) ^ shown.word(at: offset)
            offset += 8
        }
        while offset < known.byteCount {
            difference |= UInt64(known[offset] ^ shown[offset])
            offset += 1
        }
        return difference == 0
    }
}

/// The `Host` that last passed on one connection; clients send the same one each time.
struct HostCache {
    private var host: [UInt8] = []
    private var generation: UInt64?

    func allows(_ value: RawSpan, generation: UInt64) -> Bool {
        self.generation == generation && value.byteCount == host.count
            && value.holds(host.span.bytes, at: 0, isFolding: false)
    }

    mutating func store(_ value: RawSpan, generation: UInt64) {
        host = value.copy(of: 0..<value.byteCount)
        self.generation = generation
    }
}
