import Admin
import Policy
import Store
import Synchronization
import Telemetry

extension ControlPlane {
    func createKey(
        _ creation: KeyCreation,
        author: Author
    ) async throws(AdminError) -> IssuedKey {
        let taken = Set(revision.document.authentication.keys.map(\.id))
        let minted = try mint.mint(creation.scheme, password: creation.password, unlike: taken)
        let request = EditRequest(
            action: .createKey,
            author: author,
            base: creation.base,
            reason: creation.reason
        )
        let outcome = try await edit(request) { document, now throws(AdminError) in
            if let expires = creation.expires, expires <= now {
                throw AdminError(
                    .invalidRequest,
                    "the key would expire at \(expires), which has passed; name a later moment"
                )
            }
            let record = KeyRecord(
                id: minted.id,
                name: creation.name,
                created: now,
                expires: creation.expires,
                secrets: [minted.record(at: now)],
                scheme: creation.scheme,
                username: creation.username,
                access: creation.access
            )
            return try applying(.addKey(record), to: document, at: now)
        }
        return IssuedKey(
            id: minted.id,
            secret: minted.secret,
            oldSecretRetires: nil,
            outcome: outcome
        )
    }

    /// Rotating again within a grace window drops the oldest secret: two at most are live.
    func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        request: EditRequest
    ) async throws(AdminError) -> IssuedKey {
        let known = revision.document.authentication.keys.first { $0.id == id }
        let minted = try mint.mint(known?.scheme ?? .apiKey, id: id)
        var retires = clock.wall()
        let outcome = try await edit(request) { document, now throws(AdminError) in
            try requireRotatable(id, graceSeconds: graceSeconds, in: document)
            retires = now.advanced(bySeconds: graceSeconds)
            return try applying(
                .rotateKey(id, secret: minted.record(at: now), retires: retires),
                to: document,
                at: now
            )
        }
        let seen = telemetry.latest.keyUsage
        state.withLock { $0.usage.rotated(id, live: seen) }
        return IssuedKey(
            id: id,
            secret: minted.secret,
            oldSecretRetires: retires,
            outcome: outcome
        )
    }

    private var mint: KeyMint {
        KeyMint(environment: facts.keyEnvironment, derivePassword: ports.derivePassword)
    }

    private func requireRotatable(
        _ id: KeyID,
        graceSeconds: Int64,
        in document: PolicyDocument
    ) throws(AdminError) {
        guard (0...PolicyBounds.graceSecondsMax).contains(graceSeconds) else {
            throw AdminError(
                .invalidRequest,
                "the grace of \(graceSeconds) s is out of range; it is"
                    + " 0…\(PolicyBounds.graceSecondsMax) s, which is seven days"
            )
        }
        guard let key = document.authentication.keys.first(where: { $0.id == id }) else {
            throw AdminError(.notFound, "there is no key \(id)")
        }
        guard key.state != .revoked else {
            throw AdminError(
                .invalidRequest,
                "the key \(id) was revoked, which is final; create a new key"
            )
        }
    }
}
