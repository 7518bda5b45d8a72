import Policy
import Telemetry
import Terminal

/// Whether an address would be let in now, and by which rule.
///
/// The guards that the gate asks are asked, in its order: lockdown, automatic bans, bans, denylist,
/// allowlist. What a credential or a limit would say later is not judged.
struct AddressVerdict: Equatable {
    let isLetIn: Bool
    /// The rule that decides, such as `denylist 10.6.6.0/24 (guests)`.
    let rule: String

    init(
        on address: IPAddress,
        by document: PolicyDocument,
        bans: [BanRecord],
        blocks: [BlockRecord],
        at now: Timestamp
    ) {
        let client = ClientAddress(address)
        let allowlist = AllowlistGuard(document.allowlist).ruling(on: client, at: now)
        if let lockdown = document.lockdown(at: now),
            case .deny = LockdownGuard(lockdown).ruling(on: client, at: now)
        {
            self.init(false, "lockdown" + Self.words(lockdown.reason))
        } else if let block = blocks.first(where: { $0.isBan(of: client) }) {
            self.init(false, "automatic ban for failed authentication until \(block.until)")
        } else if let ban = bans.first(where: { $0.covers(address, at: now) }) {
            self.init(false, "ban of \(ban.prefix)" + Self.words(ban.reason))
        } else if case .deny = DenylistGuard(document.denylist).ruling(on: client, at: now) {
            self.init(false, Self.words(.denylist, document.denylist, address, now))
        } else if case .deny = allowlist {
            self.init(false, "allowlist: no entry covers it")
        } else if document.allowlist.isEmpty {
            self.init(true, "the allowlist is empty: every address may come in")
        } else {
            self.init(true, Self.words(.allowlist, document.allowlist, address, now))
        }
    }

    private init(_ isLetIn: Bool, _ rule: String) {
        self.isLetIn = isLetIn
        self.rule = rule
    }

    /// The entry that fits best, as lists name it.
    private static func words(
        _ list: AddressList,
        _ entries: [AddressEntry],
        _ address: IPAddress,
        _ now: Timestamp
    ) -> String {
        let covering = entries.filter { entry in
            entry.prefix.contains(address) && entry.expires.map { $0 > now } ?? true
        }
        guard let entry = covering.max(by: { $0.prefix.length < $1.prefix.length }) else {
            return list.rawValue
        }
        return "\(list.rawValue) \(entry.prefix)" + words(entry.reason)
    }

    private static func words(_ reason: String?) -> String {
        reason.map { " (\($0))" } ?? ""
    }
}

extension BanRecord {
    /// Whether it shuts the address out at `now`.
    func covers(_ address: IPAddress, at now: Timestamp) -> Bool {
        prefix.contains(address) && expires.map { $0 > now } ?? true
    }
}

extension BlockRecord {
    /// Whether it is a ban for failed authentication of this very client.
    fileprivate func isBan(of client: ClientAddress) -> Bool {
        guard !isKey, reason == .addressBanned,
            let prefix = try? AddressPrefix(parsing: subject)
        else { return false }
        return prefix.contains(client.address)
    }
}

extension ConsoleModel {
    /// Nil before the policy is known.
    func verdict(on address: IPAddress) -> AddressVerdict? {
        policy.map { policy in
            AddressVerdict(
                on: address,
                by: policy.document,
                bans: bans,
                blocks: telemetry?.blocks ?? [],
                at: now.wall
            )
        }
    }

    /// Says of one address whether it would be let in, and why.
    mutating func check(_ text: String) {
        guard !text.isEmpty else {
            say(.info, "Write check ADDRESS.")
            return
        }
        do throws(AddressProblem) {
            let prefix = try AddressPrefix(parsing: text)
            guard prefix == AddressPrefix(single: prefix.network) else {
                say(.warning, "Write one address: the gate asks about addresses, not networks.")
                return
            }
            show(.detail(DetailDialog(entity: .address(prefix))))
        } catch {
            say(.warning, error.message)
        }
    }
}

/// Everything that the policy says of one address.
enum AddressDetail {
    static func lines(of prefix: AddressPrefix, in model: ConsoleModel) -> [DetailLine] {
        let address = prefix.network
        guard let document = model.policy?.document, let verdict = model.verdict(on: address)
        else {
            return [DetailLine("Address", "\(address)"), DetailLine("", "No data yet.")]
        }
        var lines = [
            DetailLine("Address", "\(address)"),
            verdict.isLetIn
                ? DetailLine("Let in", "yes", role: .ok)
                : DetailLine("Let in", "no", role: .error),
            DetailLine("By", verdict.rule),
        ]
        if verdict.isLetIn {
            let words =
                document.authentication.isRequired
                ? "it must show a credential" : "nothing: everyone is anonymous"
            lines.append(DetailLine("Then", words))
        }
        if let protected = document.authentication.failures.protected.covering(address) {
            lines.append(DetailLine("Protected", "\(protected): never banned automatically"))
        }
        if let proxy = document.proxies.trusted.covering(address) {
            lines.append(DetailLine("Proxy", "\(proxy): its word about clients is believed"))
        }
        return lines
    }
}

extension [AddressPrefix] {
    /// The longest that covers the address.
    fileprivate func covering(_ address: IPAddress) -> AddressPrefix? {
        filter { $0.contains(address) }.max { $0.length < $1.length }
    }
}
