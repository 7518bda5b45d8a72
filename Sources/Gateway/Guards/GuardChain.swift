import MCP
import Policy
import Telemetry

/// The guards in their order, asked about one request; cheap before costly, the first denial ends it.
///
/// 1. `locate`: whose call it is, where proxies are trusted.
/// 2. `gate`: lockdown, bans, denylist, allowlist.
/// 3. Framing, path and method, which the connection judges itself.
/// 4. `browser`: Host, Origin and what other origins may do.
/// 5. `identify`: the credential, then the limits that belong to whoever it proves. A caller
///    who proves nothing spends the address's allowance, so that traffic without a key never
///    costs a good client behind the same address anything, and a blocked address with a valid
///    key still passes.
/// 6. `authorize`: what the caller may do with the message.
struct GuardChain {
    /// Whose ledgers and clock the guards go by.
    let loop: LoopContext
    let policy: EnforcedPolicy
    let client: ClientAddress

    var snapshot: PolicySnapshot { policy.snapshot }

    /// Finds out who calls, which the peer may not be.
    static func locate(
        _ head: RequestHead,
        in bytes: RawSpan,
        from peer: ClientAddress,
        on loop: LoopContext
    ) -> Result<ClientAddress, Unlocated> {
        let forwarding = loop.policy.snapshot.forwarding
        switch forwarding.finding(peer: peer, fields: head.fields, in: bytes) {
        case .peer(let hasIgnoredFields):
            if hasIgnoredFields { loop.recorder.forwardingIgnored() }
            return .success(peer)
        case .forwarded(let call): return .success(call.client)
        case .refused(let denial): return .failure(Unlocated(denial: denial))
        }
    }

    /// A call of which a trusted proxy does not say readably whose it is.
    struct Unlocated: Error {
        let denial: CallDenial
    }

    func gate() -> Ruling {
        let snapshot = self.snapshot
        if let lockdown = snapshot.lockdown,
            case .deny(let denial) = lockdown.ruling(on: client, at: loop.clock.wallNow)
        {
            return .deny(denial)
        }
        let failures = loop.services.failures.ruling(
            on: client,
            isExempt: snapshot.failureExemptions.covers(client),
            at: loop.now
        )
        if case .deny = failures { return failures }
        return snapshot.gateRuling(on: client, bans: policy.bans, at: loop.clock.wallNow)
    }

    func browser(
        _ head: RequestHead,
        in bytes: RawSpan,
        cache: inout HostCache
    ) -> CrossOriginGuard.Finding {
        let snapshot = self.snapshot
        if case .deny(let denial) = host(head.fields, in: bytes, snapshot, cache: &cache) {
            return .refused(denial)
        }
        guard let crossOrigin = snapshot.crossOrigin else {
            guard let origin = head.fields.first(.origin) else { return .goOn([]) }
            let ruling = snapshot.originRuling(
                on: bytes.extracting(origin.value),
                count: head.fields.count(of: .origin)
            )
            if case .deny(let denial) = ruling { return .refused(denial) }
            return .goOn([])
        }
        return crossOrigin.finding(method: head.method, fields: head.fields, in: bytes)
    }

    private func host(
        _ fields: FieldList,
        in bytes: RawSpan,
        _ snapshot: PolicySnapshot,
        cache: inout HostCache
    ) -> Ruling {
        // The parser lets no second `Host` through.
        guard let host = fields.first(.host) else {
            return snapshot.hostRuling(on: nil, count: 0)
        }
        let value = bytes.extracting(host.value)
        if cache.allows(value, generation: loop.generation) { return .allow }
        let ruling = snapshot.hostRuling(on: value, count: fields.count(of: .host))
        if case .allow = ruling { cache.store(value, generation: loop.generation) }
        return ruling
    }
}
