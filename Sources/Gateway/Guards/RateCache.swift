import Policy

/// The rates that the calls of one connection were last taken out of, so that the next call of the
/// same tool needs neither a name put together nor a hash.
struct RateCache {
    /// Where one rate is counted.
    final class Account {
        private let ledger: UsageLedger
        private let subject: UsageLedger.Subject
        private var place = UsagePlace()

        fileprivate init(_ name: String, in ledger: UsageLedger) {
            self.ledger = ledger
            subject = .key(KeyID(name))
        }

        func spend(_ rate: RateRule, at now: MonotonicTime) -> Ruling {
            let verdict = ledger.spend(
                subject,
                rule: rate,
                blockSeconds: 0,
                at: now,
                place: &place
            )
            return RateGuard.ruling(on: verdict, of: subject)
        }
    }

    private var tool: (caller: UsageLedger.Subject, rule: Int, account: Account)?
    private var upstream: (server: Upstream, account: Account)?

    /// What `caller` may use of the tools that the rule of that number is for.
    mutating func account(
        ofToolRule rule: Int,
        for caller: UsageLedger.Subject,
        in ledgers: CallLedgers
    ) -> Account {
        if let tool, tool.rule == rule, tool.caller == caller { return tool.account }
        let account = Account("\(caller.text)#\(rule)", in: ledgers.ledger(of: caller))
        tool = (caller, rule, account)
        return account
    }

    /// What all callers together may use of a server.
    mutating func account(of server: Upstream, in ledgers: CallLedgers) -> Account {
        if let upstream, upstream.server === server { return upstream.account }
        let account = Account("@\(server.name)", in: ledgers.keys)
        upstream = (server, account)
        return account
    }
}

/// What was used of tools and servers; apart from what clients used in all, and addresses apart
/// from keys, so that no flood of names makes the gate forget anything else.
struct CallLedgers: Sendable {
    /// Keys and servers.
    let keys = UsageLedger()
    /// Callers who prove nothing.
    let addresses = UsageLedger()

    func ledger(of caller: UsageLedger.Subject) -> UsageLedger {
        switch caller {
        case .key: keys
        case .address: addresses
        }
    }
}

extension UsageLedger.Subject {
    /// Differs for every subject.
    fileprivate var text: String {
        switch self {
        case .key(let key): key.rawValue
        case .address(let client): client.description
        }
    }
}
