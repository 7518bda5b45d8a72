import Policy
import Terminal

/// The allowlist and the denylist, and whose addresses count otherwise: those that are never banned
/// by themselves, and proxies that are believed.
enum AccessListsScreen {
    static let columns = [
        ScreenColumn("list", "i", "LIST", width: 9...9),
        ScreenColumn("address", "a", "ADDRESS", width: 15...26),
        ScreenColumn("expires", "x", "EXPIRES", width: 16...16, priority: 2),
        ScreenColumn("reason", "e", "REASON", width: 10...60, priority: 1),
    ]

    /// What the two lists mean together, in words.
    static func summary(of document: PolicyDocument) -> [DetailLine] {
        let allowed =
            document.allowlist.isEmpty
            ? DetailLine("Allowlist", "Empty: every address is allowed", role: .warn)
            : DetailLine("Allowlist", "\(document.allowlist.count) listed: only these may come in")
        let denied =
            document.denylist.isEmpty
            ? DetailLine("Denylist", "Empty: nobody is shut out by it", role: .muted)
            : DetailLine(
                "Denylist",
                "\(document.denylist.count) listed: these never come in, whatever the allowlist says"
            )
        return [allowed, denied]
    }

    static func content(of model: ConsoleModel) -> ScreenContent {
        let document = model.policy?.document
        let allowed = (document?.allowlist ?? []).map { row($0, .allowlist) }
        let denied = (document?.denylist ?? []).map { row($0, .denylist) }
        let protected = document?.authentication.failures.protected ?? []
        let proxies = document?.proxies.trusted ?? []
        return ScreenContent(
            columns: columns,
            rows: allowed + denied + protected.map { row($0, .protectedAddresses) }
                + proxies.map { row($0, .trustedProxies) },
            emptyText: document == nil ? "No data yet." : "Press a to add an address or network."
        )
    }

    private static func row(_ entry: AddressEntry, _ list: AddressList) -> ScreenRow {
        ScreenRow(
            entity: .entry(list, entry.prefix),
            cells: [
                list == .allowlist
                    ? ScreenCell("allow", role: .ok, mark: .good)
                    : ScreenCell("deny", role: .error, mark: .failure),
                ScreenCell(entry.prefix.description, order: .address(entry.prefix)),
                ScreenCell(
                    entry.expires.map(TimeText.date) ?? "never",
                    order: .number(entry.expires?.millisecondsSince1970 ?? .max),
                    role: .muted
                ),
                ScreenCell(entry.reason ?? "", role: .muted),
            ]
        )
    }

    private static func row(_ prefix: AddressPrefix, _ role: AddressRole) -> ScreenRow {
        ScreenRow(
            entity: .listed(prefix, role),
            cells: [
                ScreenCell(role.word, role: .info, mark: .info),
                ScreenCell(prefix.description, order: .address(prefix)),
                ScreenCell("never", order: .number(.max), role: .muted),
                ScreenCell(role.meaning, role: .muted),
            ]
        )
    }

    static func detail(of prefix: AddressPrefix, _ role: AddressRole) -> [DetailLine] {
        [
            DetailLine("Address", "\(prefix)"),
            DetailLine("List", role.setting.title),
            DetailLine("Meaning", role.meaning),
            DetailLine("In policy", role.setting.path),
        ]
    }

    static func detail(
        of prefix: AddressPrefix,
        _ list: AddressList,
        in model: ConsoleModel
    ) -> [DetailLine] {
        guard let entry = model.entry(prefix, in: list) else {
            return [DetailLine("Address", "\(prefix)"), DetailLine("", "It was removed.")]
        }
        return [
            DetailLine("List", list.rawValue),
            DetailLine("Address", "\(prefix)"),
            DetailLine("Reason", entry.reason ?? "none given"),
            DetailLine("Expires", entry.expires.map(TimeText.date) ?? "never"),
        ]
    }
}

/// What an address stands for besides being let in or not.
enum AddressRole: Hashable, Sendable {
    case protectedAddresses
    case trustedProxies

    var word: String {
        switch self {
        case .protectedAddresses: "protect"
        case .trustedProxies: "proxy"
        }
    }

    var meaning: String {
        switch self {
        case .protectedAddresses: "never banned automatically"
        case .trustedProxies: "its word about clients' addresses is believed"
        }
    }

    /// The value of the policy that lists it.
    var setting: Setting {
        switch self {
        case .protectedAddresses: .protectedAddresses
        case .trustedProxies: .trustedProxies
        }
    }
}

extension ConsoleModel {
    func entry(_ prefix: AddressPrefix, in list: AddressList) -> AddressEntry? {
        let entries = list == .allowlist ? policy?.document.allowlist : policy?.document.denylist
        return entries?.first { $0.prefix == prefix }
    }
}
