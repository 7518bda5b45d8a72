import Policy
import Terminal

/// Which keys may call a tool, by the rules that the gate itself asks.
///
/// Where a key may call from is left out: that is a matter of the call and not of the tool.
enum ToolCallers {
    /// Keys looked at for one tool; their rules are compiled for it.
    static let keysMax = 500
    private static let namesMax = 10

    static func lines(of tool: String, in model: ConsoleModel) -> [DetailLine] {
        guard let rules = model.policy?.document.authentication else { return [] }
        guard rules.isRequired else {
            return [DetailLine("May call", "everyone: authentication is off", role: .warn)]
        }
        let keys = rules.keys.filter { $0.isUsable(at: model.now.wall) }
        guard keys.count <= keysMax else {
            return [DetailLine("May call", "as each of the \(keys.count) keys says")]
        }
        let callers = keys.filter { $0.access.allows(tool: tool) }
        let names = callers.prefix(namesMax).map(\.name).joined(separator: ", ")
        let rest = callers.count > namesMax ? ", \(callers.count - namesMax) more" : ""
        let count = "\(callers.count) of \(keys.count) keys"
        return [DetailLine("May call", callers.isEmpty ? count : "\(count): \(names)\(rest)")]
    }
}

extension AccessRules {
    /// Whether they allow calls of the tool from anywhere at all.
    fileprivate func allows(tool: String) -> Bool {
        var rules = self
        rules.networks = []
        guard let policy = AccessPolicy(rules) else { return true }
        return policy.allows(tool: tool, from: ClientAddress(.v4(0)))
    }
}
