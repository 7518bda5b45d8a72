import Policy
import Telemetry
import Terminal

/// Who is shut out now: by an operator's ban, or by the limiter itself.
enum BlockedScreen {
    static let columns = [
        ScreenColumn("address", "a", "BLOCKED", width: 15...26),
        ScreenColumn("kind", "k", "KIND", width: 11...11),
        ScreenColumn("left", "l", "LEFT", width: 7...7, alignment: .trailing),
        ScreenColumn("refused", "f", "REFUSED", width: 8...8, priority: 2, alignment: .trailing),
        ScreenColumn("reason", "e", "REASON", width: 20...60, priority: 3),
        ScreenColumn("by", "b", "BY", width: 8...12, priority: 4),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        let blocks = (model.displayed?.blocks ?? []).map { row($0, now: model.displayed?.time) }
        return ScreenContent(
            columns: columns,
            rows: model.bans.map { row($0, now: model.now.wall) } + blocks,
            emptyText: "Nobody is banned and nobody is blocked."
        )
    }

    private static func row(_ ban: BanRecord, now: Timestamp) -> ScreenRow {
        ScreenRow(
            entity: .ban(ban.prefix),
            cells: [
                ScreenCell(ban.prefix.description, order: .address(ban.prefix)),
                ScreenCell("ban", role: .error, mark: .failure),
                left(until: ban.expires, now: now),
                ScreenCell("", order: .number(-1)),
                ScreenCell(ban.reason ?? "", role: .muted),
                ScreenCell(ban.author.name, role: .muted),
            ]
        )
    }

    private static func row(_ block: BlockRecord, now: Timestamp?) -> ScreenRow {
        ScreenRow(
            entity: .block(subject: block.subject, isKey: block.isKey),
            cells: [
                ScreenCell(block.subject, order: .address(block.subject)),
                ScreenCell(block.isKey ? "key" : "automatic", role: .warn, mark: .warning),
                left(until: block.until, now: now ?? block.since),
                ScreenCell(number: block.refusals),
                ScreenCell(block.reason.rawValue, role: .muted),
                ScreenCell("limiter", role: .muted),
            ]
        )
    }

    private static func left(until end: Timestamp?, now: Timestamp) -> ScreenCell {
        guard let end else { return ScreenCell("always", order: .number(.max)) }
        return ScreenCell(
            TimeText.remaining(until: end, from: now),
            order: .number(end.millisecondsSince1970)
        )
    }

    static func detail(ofBan prefix: AddressPrefix, in model: ConsoleModel) -> [DetailLine] {
        guard let ban = model.bans.first(where: { $0.prefix == prefix }) else {
            return [DetailLine("Ban", "\(prefix)"), DetailLine("", "It was lifted or ended.")]
        }
        return [
            DetailLine("Ban", "\(prefix)", role: .error),
            DetailLine("By", ban.author.description),
            DetailLine("Reason", ban.reason ?? "none given"),
            DetailLine("Since", TimeText.date(ban.created)),
            DetailLine("Until", ban.expires.map(TimeText.date) ?? "it is removed"),
        ]
    }

    static func detail(ofBlock subject: String, in model: ConsoleModel) -> [DetailLine] {
        guard let block = model.telemetry?.blocks.first(where: { $0.subject == subject }) else {
            return [DetailLine("Block", subject), DetailLine("", "It was lifted or ended.")]
        }
        return [
            DetailLine(block.isKey ? "Blocked key" : "Block", subject, role: .error),
            DetailLine("Reason", block.reason.rawValue),
            DetailLine("Since", TimeText.date(block.since)),
            DetailLine("Until", TimeText.date(block.until)),
            DetailLine("Refused", "\(block.refusals) requests"),
        ]
    }
}
