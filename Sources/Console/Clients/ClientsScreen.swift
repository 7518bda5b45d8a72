import Policy
import Telemetry
import Terminal

/// Who calls, how much, and what was refused.
enum ClientsScreen {
    static let columns = [
        ScreenColumn("address", "a", "CLIENT", width: 15...26),
        ScreenColumn("state", "s", "STATE", width: 10...10, priority: 2),
        ScreenColumn("rate", "r", "REQ/MIN", width: 8...8, alignment: .trailing),
        ScreenColumn("denied", "d", "DENIED", width: 7...7, alignment: .trailing),
        ScreenColumn("key", "k", "KEY", width: 8...8, priority: 4),
        ScreenColumn("reason", "e", "LAST DENIAL", width: 20...24, priority: 3),
        ScreenColumn("tool", "o", "TOOL", width: 15...24, priority: 5),
        ScreenColumn("total", "t", "TOTAL", width: 6...6, priority: 6, alignment: .trailing),
        ScreenColumn("seen", "l", "SEEN", width: 5...5, priority: 7, alignment: .trailing),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        let now = model.displayed?.time ?? model.now.wall
        return ScreenContent(
            columns: columns,
            rows: (model.displayed?.clients ?? []).map { row($0, now: now, in: model) },
            emptyText: model.displayed == nil ? "No data yet." : "No client has called yet.",
            defaultSort: "address"
        )
    }

    private static func row(
        _ client: ClientActivity,
        now: Timestamp,
        in model: ConsoleModel
    ) -> ScreenRow {
        let lastSeen = client.lastSeen.millisecondsSince1970
        return ScreenRow(
            entity: .client(client.address),
            cells: [
                ScreenCell(client.address, order: .address(client.address)),
                state(of: client.address, in: model),
                // One role for the numbers that change every second: a change of colour costs a
                // slow line more than the digits do.
                ScreenCell(number: client.requestsPerMinute),
                ScreenCell(number: client.denialsPerMinute),
                ScreenCell(client.lastKey?.rawValue ?? "", role: .muted),
                ScreenCell(client.lastDenial?.rawValue ?? "", role: .muted),
                ScreenCell(client.lastTool ?? "", role: .muted),
                ScreenCell(number: client.totalRequests),
                ScreenCell(
                    TimeText.age(from: client.lastSeen, to: now),
                    order: .number(-lastSeen),
                    role: .muted
                ),
            ]
        )
    }

    static func state(of address: String, in model: ConsoleModel) -> ScreenCell {
        if model.ban(covering: address) != nil {
            return ScreenCell("banned", role: .error, mark: .failure)
        }
        if model.telemetry?.blocks.contains(where: { $0.subject == address }) == true {
            return ScreenCell("blocked", role: .error, mark: .failure)
        }
        return ScreenCell("allowed", role: .ok, mark: .good)
    }

    static func detail(of address: String, in model: ConsoleModel) -> [DetailLine] {
        guard let client = model.telemetry?.clients.first(where: { $0.address == address }) else {
            return [DetailLine("Client", address), DetailLine("", "It is no longer in the table.")]
        }
        var lines = [
            DetailLine("Client", address),
            state(of: address, in: model).line("State"),
            DetailLine("Last minute", "\(client.requestsPerMinute) requests"),
            DetailLine("", "\(client.denialsPerMinute) denied"),
            DetailLine("In all", "\(client.totalRequests) requests"),
            DetailLine("", "\(client.totalDenials) denied"),
            DetailLine("Last denial", client.lastDenial?.rawValue ?? "none"),
            DetailLine("Last tool", client.lastTool ?? "none"),
            DetailLine("First seen", TimeText.date(client.firstSeen)),
            DetailLine("Last seen", TimeText.date(client.lastSeen)),
        ]
        lines += model.denialLines(of: address) + model.keyLines(of: client)
        if let ban = model.ban(covering: address) {
            lines.append(DetailLine("Ban", "\(ban.prefix)", role: .error))
            lines.append(DetailLine("Ban by", ban.author.name))
            lines.append(DetailLine("Ban reason", ban.reason ?? "none given"))
        }
        return lines
    }
}

extension ConsoleModel {
    /// The ban in force that shuts the address out, by the last list the server gave.
    func ban(covering address: String) -> BanRecord? {
        guard !bans.isEmpty, let prefix = try? AddressPrefix(parsing: address) else { return nil }
        return bans.first { ban in
            let isInForce = ban.expires.map { $0 > now.wall } ?? true
            return isInForce && ban.prefix.length <= prefix.length
                && ban.prefix.contains(prefix.network)
        }
    }

    /// What the latest events say of an address, the most frequent reason first.
    fileprivate func denialLines(of address: String) -> [DetailLine] {
        var counts: [ReasonCode: UInt64] = [:]
        for group in events.groups where group.address == address {
            if let reason = group.reason { counts[reason, default: 0] += group.count }
        }
        let ordered = counts.sorted { left, right in
            left.value == right.value
                ? left.key.rawValue < right.key.rawValue : left.value > right.value
        }
        return ordered.enumerated().map { index, entry in
            let text = "\(entry.key.rawValue) \(NumberText.short(entry.value))"
            return DetailLine(index == 0 ? "Refused for" : "", text)
        }
    }

    /// The keys that an address was last seen with, as far as the server remembers.
    fileprivate func keyLines(of client: ClientActivity) -> [DetailLine] {
        let last = client.lastKey.map { [$0] } ?? []
        let used = (telemetry?.keyUsage ?? [])
            .filter { $0.lastAddress == client.address && $0.key != client.lastKey }
            .map(\.key)
        let keys = last + used.sorted()
        guard !keys.isEmpty else { return [DetailLine("Keys", "none")] }
        return keys.enumerated().map { index, key in
            DetailLine(index == 0 ? "Keys" : "", keyWords(key))
        }
    }

    /// `k7Qm2xYz (ci-runner)`.
    func keyWords(_ id: KeyID) -> String {
        key(id).map { "\(id) (\($0.name))" } ?? id.rawValue
    }
}
