import MCP
import Policy

/// What a caller may do with a message, and whether it still may after a policy change.
extension GuardChain {
    /// Decides by the names alone, so that what exists and is forbidden answers as what does not
    /// exist.
    func authorize(_ envelope: MessageEnvelope, in body: RawSpan, _ call: OpenCall) -> Bool {
        guard let access = call.caller.key?.access else { return true }
        guard let method = envelope.method else { return access.allows(client: client) }
        if method.equals("tools/call", in: body) {
            guard let name = envelope.name else { return true }
            return name.hasEscapes
                ? access.allows(tool: name.text(in: body), from: client)
                : access.allows(tool: body.extracting(name.bytes), from: client)
        }
        if method.hasEscapes {
            let text = Array(method.text(in: body).utf8)
            return access.allows(method: text.span.bytes, from: client)
        }
        return access.allows(method: body.extracting(method.bytes), from: client)
    }

    /// Whom a client certificate stands for; nil for nobody.
    func identity(of certificate: PeerCertificate?) -> KeyIdentity? {
        guard let certificate else { return nil }
        return snapshot.principal(ofCertificate: certificate.subjects)?.identity
    }

    /// Whether a caller that was let in by another policy would be let in by this one.
    func isStillGood(
        _ key: KeyIdentity,
        provedBy proof: CredentialCache.Proof?,
        _ certificate: PeerCertificate?
    ) -> Bool {
        let now = loop.clock.wallNow
        if let validUntil = key.validUntil, now >= validUntil { return false }
        switch proof {
        case .key(let digest, let place):
            if case .verified = snapshot.verify(digest, shownIn: place, at: now) { return true }
            return false
        case .password(let digest): return snapshot.isPasswordGood(digest, of: key.id, at: now)
        case .token: return snapshot.tokens != nil && loop.acceptsSameTokens
        case nil: return identity(of: certificate)?.id == key.id
        }
    }
}

extension LocalAnswer {
    /// Answers a call that the caller may not make as one of something that does not exist; a
    /// token is told that its scopes do not suffice, whatever exists.
    init(forbidding call: OpenCall, challenges: Challenges) {
        if call.caller.key?.id.isOfToken == true {
            self.init(refusing: .insufficientScope, isMessage: true, messageID: call.messageID)
            self.challenges = [challenges.insufficientScope(needed: [])]
            return
        }
        let cause: ReasonCode = call.tool == nil ? .methodForbidden : .toolForbidden
        self.init(denyingExistenceFor: call, because: cause)
    }

    /// Answers a call as one of something that does not exist.
    init(denyingExistenceFor call: OpenCall, because cause: ReasonCode) {
        let isTool = call.tool != nil
        let body = JSONRPCError.body(
            id: call.messageID.map { Array($0.utf8) },
            code: (isTool ? JSONRPCCode.invalidParams : .methodNotFound).rawValue,
            message: isTool ? "There is no such tool" : "Method not found",
            reason: isTool ? ReasonCode.toolUnknown.rawValue : nil
        )
        let status = call.era == .legacy ? 200 : isTool ? 400 : 404
        self.init(status: status, content: .json(body))
        denial = cause
    }
}

extension KeyID {
    /// Whether it stands for the subject of a signed access token.
    fileprivate var isOfToken: Bool { rawValue.utf8.first == UInt8(ascii: "~") }
}
