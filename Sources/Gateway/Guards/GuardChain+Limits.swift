import MCP
import Policy

/// What more a caller must have left, once it is known who it is.
extension GuardChain {
    /// Asks for bytes, a place among the calls under way and, for a stream, one among those.
    ///
    /// What is taken is on the call's account until it ends.
    func admitMore(_ call: OpenCall) -> CallDenial? {
        let subject = self.subject(of: call)
        let bytes = loop.services.bytes.ruling(
            on: subject,
            bytesPerMinute: snapshot.bytesPerMinute,
            at: loop.now
        )
        if case .deny(let denial) = bytes { return denial }
        if snapshot.concurrency.requestsPerPrincipal > 0,
            let denial = take(.request, by: subject, for: call)
        {
            return denial
        }
        guard call.head.method == .get, call.route == .mcp else { return nil }
        return take(.stream, by: subject, for: call)
    }

    /// Gives back what the call holds, and charges what it moved.
    func settleAccount(of call: OpenCall) {
        for lease in call.leases { loop.services.concurrency.release(lease) }
        call.leases.removeAll()
        guard snapshot.bytesPerMinute > 0, call.denial == nil else { return }
        loop.services.bytes.charge(
            call.requestBytes + call.responseBytes,
            to: subject(of: call),
            bytesPerMinute: snapshot.bytesPerMinute,
            at: loop.now
        )
    }

    private func take(
        _ kind: ConcurrencyLedger.Kind,
        by subject: UsageLedger.Subject,
        for call: OpenCall
    ) -> CallDenial? {
        switch loop.services.concurrency.take(kind, by: subject, rules: snapshot.concurrency) {
        case .refused(let denial): return denial
        case .granted(let lease):
            call.leases.append(lease)
            return nil
        }
    }

    private func subject(of call: OpenCall) -> UsageLedger.Subject {
        call.caller.key.map { .key($0.id) } ?? .address(client)
    }

    // MARK: Rates of what is called

    /// Takes the call out of the rates of its tool and of its upstream, where there are any.
    func spend(
        _ envelope: MessageEnvelope,
        in body: RawSpan,
        _ call: OpenCall,
        cache: inout RateCache
    ) -> CallDenial? {
        guard snapshot.isRateLimitEnabled, envelope.kind == .request else { return nil }
        let ledgers = loop.services.calls
        if let rates = snapshot.toolRates, call.tool != nil, let name = envelope.name {
            let rated = name.hasEscapes ? nil : rates.rate(of: body.extracting(name.bytes))
            if let (index, rate) = rated ?? rates.rate(ofText: name.text(in: body)) {
                let account = cache.account(ofToolRule: index, for: subject(of: call), in: ledgers)
                if let denial = account.spend(rate, at: loop.now).denial { return denial }
            }
        }
        guard let rate = snapshot.perUpstream, let upstream = call.upstream else { return nil }
        return cache.account(of: upstream, in: ledgers).spend(rate, at: loop.now).denial
    }
}

extension OpenCall {
    /// Whether anything is to be given back or charged when it ends.
    var isOnAccount: Bool { !leases.isEmpty || policy.snapshot.bytesPerMinute > 0 }
}

extension ToolRates {
    fileprivate func rate(ofText name: String) -> (index: Int, rate: RateRule)? {
        let bytes = Array(name.utf8)
        return rate(of: bytes.span.bytes)
    }
}

extension Ruling {
    /// Nil when it allows.
    var denial: CallDenial? {
        if case .deny(let denial) = self { denial } else { nil }
    }
}
