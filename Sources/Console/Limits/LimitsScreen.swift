import Policy
import Terminal

/// The limits and the other single values of the policy.
enum LimitsScreen {
    static let columns = [
        ScreenColumn("setting", "t", "SETTING", width: 18...24),
        ScreenColumn("value", "v", "VALUE", width: 28...60),
        ScreenColumn("path", "p", "IN THE POLICY", width: 36...40, priority: 1),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        let document = model.policy?.document
        return ScreenContent(
            columns: columns,
            rows: document.map { document in
                Setting.allCases.map { row($0, in: document) }
            } ?? [],
            emptyText: "No data yet."
        )
    }

    private static func row(_ setting: Setting, in document: PolicyDocument) -> ScreenRow {
        ScreenRow(
            entity: .setting(setting),
            cells: [
                ScreenCell(setting.title),
                value(of: setting, in: document),
                ScreenCell(setting.path, role: .muted),
            ]
        )
    }

    private static func value(of setting: Setting, in document: PolicyDocument) -> ScreenCell {
        switch setting {
        case .authentication where !document.authentication.isRequired:
            ScreenCell("off: everyone is anonymous", role: .error, mark: .failure)
        case .rateLimit where !document.limits.isRateLimitEnabled:
            ScreenCell("off: nobody is limited", role: .warn, mark: .warning)
        default:
            ScreenCell(setting.words(in: document))
        }
    }

    static func detail(of setting: Setting, in model: ConsoleModel) -> [DetailLine] {
        guard let document = model.policy?.document else { return [] }
        return [
            DetailLine("Setting", setting.title),
            DetailLine("Value", setting.words(in: document)),
            DetailLine("Allowed", setting.hint),
            DetailLine("In policy", setting.path),
        ]
    }
}
