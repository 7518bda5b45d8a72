import Policy

/// The rates that the calls of one connection were last taken out of, so that the next call of the
/// same tool needs neither a name put together nor a hash.
struct RateCache {
    /// Where one rate is counted.
    final class Account {
        let subject: UsageLedger.Subject
        var place = UsagePlace()

        fileprivate init(_ name: String) {
            subject = .key(KeyID(name))
        }
    }

    private var tool: (caller: UsageLedger.Subject, rule: Int, account: Account)?
    private var upstream: (server: Upstream, account: Account)?

    /// What `caller` may use of the tools that the rule of that number is for.
    mutating func account(
        ofToolRule rule: Int,
        for caller: UsageLedger.Subject
    ) -> Account {
        if let tool, tool.rule == rule, tool.caller == caller { return tool.account }
        let account = Account("\(caller.text)#\(rule)")
        tool = (caller, rule, account)
        return account
    }

    /// What all callers together may use of a server.
    mutating func account(of server: Upstream) -> Account {
        if let upstream, upstream.server === server { return upstream.account }
        let account = Account("@\(server.name)")
        upstream = (server, account)
        return account
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
