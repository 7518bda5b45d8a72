import MCP
import Policy

/// The credential that was last verified on one connection, so that the next request with the same
/// one needs neither a hash nor a lookup.
struct CredentialCache {
    /// What a credential was, to ask about it again after a policy change.
    enum Proof: Equatable {
        case key(SecretDigest, shownIn: KeyGuard.Place)
        /// The digest of the stored secret that it matched.
        case password(SecretDigest)
        case token
    }

    /// A reference, because every request asks it and its parts would be counted each time.
    private final class Entry {
        let bytes: [UInt8]
        let proof: Proof
        let identity: KeyIdentity
        let generation: UInt64

        init(_ bytes: [UInt8], _ proof: Proof, _ identity: KeyIdentity, _ generation: UInt64) {
            self.bytes = bytes
            self.proof = proof
            self.identity = identity
            self.generation = generation
        }
    }

    private static let successInterval = TimeSpan(.seconds(1))

    private var entry: Entry?
    private var nextSuccess = MonotonicTime(nanoseconds: .min)
    /// Where the ledger keeps the allowance of whoever calls on this connection.
    var usage = UsagePlace()

    /// What the credential of `key` was; nil when it was none that is cached.
    func proof(of key: KeyID) -> Proof? {
        entry.flatMap { $0.identity.id == key ? $0.proof : nil }
    }

    mutating func store(
        _ bytes: [UInt8],
        proof: Proof,
        identity: KeyIdentity,
        generation: UInt64
    ) {
        entry = Entry(bytes, proof, identity, generation)
    }

    /// Whether the first good credential for a second is here.
    mutating func isSuccessNews(at now: MonotonicTime) -> Bool {
        guard now >= nextSuccess else { return false }
        nextSuccess = now.advanced(by: Self.successInterval)
        return true
    }

    /// Whose credential it is, if it is the one that was verified last under this very policy.
    func identity(
        for credential: KeyGuard.Credential,
        of bytes: RawSpan,
        generation: UInt64,
        at now: Timestamp
    ) -> KeyIdentity? {
        guard let entry, entry.generation == generation,
            let shown = Self.range(of: credential, provedBy: entry.proof),
            isEqual(entry.bytes, shown, of: bytes)
        else { return nil }
        if let validUntil = entry.identity.validUntil, now >= validUntil { return nil }
        return entry.identity
    }

    /// Where the credential stands, if it is of the kind and in the place that was proved.
    private static func range(
        of credential: KeyGuard.Credential,
        provedBy proof: Proof
    ) -> Range<Int>? {
        switch (credential, proof) {
        case (.key(let range, let place), .key(_, let known)): place == known ? range : nil
        case (.password(let range), .password), (.token(let range), .token): range
        default: nil
        }
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
