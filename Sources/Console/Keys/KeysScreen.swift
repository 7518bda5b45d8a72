import Policy
import Telemetry
import Terminal

/// The API keys: who holds them, whether they work, when they were used.
enum KeysScreen {
    static let columns = [
        ScreenColumn("id", "i", "ID", width: 8...8),
        ScreenColumn("name", "n", "NAME", width: 16...30),
        ScreenColumn("state", "s", "STATE", width: 11...14),
        ScreenColumn("used", "u", "LAST USED", width: 10...10, priority: 2, alignment: .trailing),
        ScreenColumn("from", "f", "FROM", width: 15...39, priority: 5),
        ScreenColumn("requests", "q", "REQUESTS", width: 9...9, priority: 6, alignment: .trailing),
        ScreenColumn("expires", "x", "EXPIRES", width: 10...10, priority: 3),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        let usage = Dictionary(
            (model.displayed?.keyUsage ?? []).map { ($0.key, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let keys = model.policy?.document.authentication.keys ?? []
        return ScreenContent(
            columns: columns,
            rows: keys.map { row($0, usage: usage[$0.id], at: model.now.wall) },
            emptyText: model.policy == nil ? "No data yet." : "No keys. Press a to create one."
        )
    }

    private static func row(_ key: KeyRecord, usage: KeyUsage?, at now: Timestamp) -> ScreenRow {
        let lastUsed = usage?.lastUsed.millisecondsSince1970
        return ScreenRow(
            entity: .key(key.id),
            cells: [
                ScreenCell(key.id.rawValue),
                ScreenCell(key.name),
                state(of: key, at: now),
                ScreenCell(
                    usage.map { TimeText.age(from: $0.lastUsed, to: now) } ?? "never",
                    order: .number(-(lastUsed ?? 0)),
                    role: .muted
                ),
                ScreenCell(usage?.lastAddress ?? "", role: .muted),
                ScreenCell(number: usage?.requests ?? 0, role: .muted),
                expiry(of: key, at: now),
            ]
        )
    }

    /// The superseded secret of a key, while it still works.
    static func retiringSecret(of key: KeyRecord, at now: Timestamp) -> KeySecret? {
        key.secrets.first { secret in secret.retires.map { $0 > now } ?? false }
    }

    private static func state(of key: KeyRecord, at now: Timestamp) -> ScreenCell {
        switch key.state {
        case .revoked:
            return ScreenCell("revoked", role: .muted)
        case .disabled:
            return ScreenCell("disabled", role: .warn, mark: .warning)
        case .enabled:
            if let expires = key.expires, expires <= now {
                return ScreenCell("expired", role: .error, mark: .failure)
            }
            if let end = retiringSecret(of: key, at: now)?.retires {
                let left = TimeText.remaining(until: end, from: now)
                return ScreenCell("grace \(left)", role: .pending, mark: .pending)
            }
            return ScreenCell("enabled", role: .ok, mark: .good)
        }
    }

    private static func expiry(of key: KeyRecord, at now: Timestamp) -> ScreenCell {
        guard let expires = key.expires else {
            return ScreenCell("never", order: .number(.max), role: .muted)
        }
        let isSoon = expires < now.advanced(bySeconds: 14 * 86_400)
        return ScreenCell(
            String(TimeText.date(expires).prefix(10)),
            order: .number(expires.millisecondsSince1970),
            role: isSoon ? .warn : .muted
        )
    }

    static func detail(of id: KeyID, in model: ConsoleModel) -> [DetailLine] {
        guard let key = model.key(id) else {
            return [DetailLine("Key", id.rawValue), DetailLine("", "It is not in the policy.")]
        }
        let usage = model.usage(of: id)
        let state = state(of: key, at: model.now.wall)
        let lines = [
            DetailLine("Key", id.rawValue),
            DetailLine("Name", key.name),
            DetailLine("State", state.text, role: state.role),
            DetailLine("Scheme", key.username.map { "basic, user \($0)" } ?? key.scheme.rawValue),
            DetailLine("Created", TimeText.date(key.created)),
            DetailLine("Expires", key.expires.map(TimeText.date) ?? "never"),
            DetailLine("Last used", usage.map { TimeText.date($0.lastUsed) } ?? "never"),
            DetailLine("From", usage?.lastAddress ?? "nowhere"),
            DetailLine("Requests", "\(usage?.requests ?? 0) since the gate started"),
        ]
        return lines + key.access.lines + rotation(of: key, usage: usage, at: model.now.wall)
    }

    private static func rotation(
        of key: KeyRecord,
        usage: KeyUsage?,
        at now: Timestamp
    ) -> [DetailLine] {
        guard let end = retiringSecret(of: key, at: now)?.retires else { return [] }
        let left = TimeText.remaining(until: end, from: now)
        let uses = usage?.graceUses ?? 0
        var lines = [
            DetailLine("Old secret", "works until \(TimeText.date(end)) (\(left))", role: .pending),
            DetailLine("Its uses", "\(uses) since the rotation", role: uses > 0 ? .warn : .ok),
        ]
        if let address = usage?.lastGraceAddress, let time = usage?.lastGraceUse {
            lines.append(DetailLine("Last by", "\(address) at \(TimeText.date(time))"))
        }
        return lines
    }
}
