import Policy
import Telemetry
import Terminal

/// Credentials that were refused, by address and reason.
enum AuthFailuresScreen {
    static let columns = [
        ScreenColumn("address", "a", "CLIENT", width: 15...26),
        ScreenColumn("reason", "e", "REASON", width: 22...22),
        ScreenColumn("count", "c", "COUNT", width: 6...6, alignment: .trailing),
        ScreenColumn("key", "k", "KEY NAMED", width: 10...10, priority: 3),
        ScreenColumn("state", "s", "STATE", width: 10...10, priority: 2),
        ScreenColumn("first", "f", "FIRST", width: 8...8, priority: 5),
        ScreenColumn("last", "l", "LAST", width: 8...8, priority: 4),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        ScreenContent(
            columns: columns,
            rows: (model.displayed?.authenticationFailures ?? []).map { row($0, in: model) },
            emptyText: model.isAnonymous == true
                ? "Nobody is asked for a key: authentication is off."
                : "No credential was refused.",
            defaultSort: "count",
            isDescendingByDefault: true
        )
    }

    private static func row(
        _ failure: AuthenticationFailures,
        in model: ConsoleModel
    ) -> ScreenRow {
        ScreenRow(
            entity: .failure(address: failure.address, reason: failure.reason),
            cells: [
                ScreenCell(failure.address, order: .address(failure.address)),
                ScreenCell(failure.reason.rawValue, role: .warn),
                ScreenCell(number: failure.count),
                ScreenCell(failure.key?.rawValue ?? "", role: .muted),
                ClientsScreen.state(of: failure.address, in: model),
                time(failure.firstSeen),
                time(failure.lastSeen),
            ]
        )
    }

    private static func time(_ time: Timestamp) -> ScreenCell {
        ScreenCell(
            TimeText.clock(time),
            order: .number(time.millisecondsSince1970),
            role: .muted
        )
    }

    static func detail(
        of address: String,
        reason: ReasonCode,
        in model: ConsoleModel
    ) -> [DetailLine] {
        let failure = model.telemetry?.authenticationFailures.first {
            $0.address == address && $0.reason == reason
        }
        guard let failure else {
            return [DetailLine("Client", address), DetailLine("", "It is no longer in the table.")]
        }
        return [
            DetailLine("Client", address),
            DetailLine("State", ClientsScreen.state(of: address, in: model).text),
            DetailLine("Reason", reason.rawValue, role: .warn),
            DetailLine("Count", "\(failure.count)"),
            DetailLine("Key named", failure.key.map { model.keyWords($0) } ?? "none"),
            DetailLine("First", TimeText.date(failure.firstSeen)),
            DetailLine("Last", TimeText.date(failure.lastSeen)),
        ]
    }
}
