import Policy
import Terminal

/// The allowlist and the denylist.
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
        return ScreenContent(
            columns: columns,
            rows: allowed + denied,
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

extension ConsoleModel {
    func entry(_ prefix: AddressPrefix, in list: AddressList) -> AddressEntry? {
        let entries = list == .allowlist ? policy?.document.allowlist : policy?.document.denylist
        return entries?.first { $0.prefix == prefix }
    }
}
