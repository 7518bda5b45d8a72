import Policy

/// What an operator does about servers: add one, change one, take one away.
extension ConsoleModel {
    mutating func beginEditing(server name: String) {
        guard let server = server(name) else { return }
        show(.form(.server(server)))
    }

    mutating func beginRemoval(ofServer name: String) -> [ConsoleEffect] {
        guard let server = server(name) else { return [] }
        guard !name.isEmpty else {
            guard server.rule != nil else {
                say(.info, "The gate's own tools answer on /mcp already.")
                return []
            }
            return review(
                .edit(.setUpstream(nil)),
                title: "Let the gate's own tools answer on /mcp"
            )
        }
        return review(.edit(.removeServer(name)), title: "Take server \(name) away")
    }
}

extension UpstreamRule {
    /// What stands behind a server as it is typed: an address, or a command and its words.
    var text: String { command.isEmpty ? url : command.joined(separator: " ") }

    /// This rule with another address or command; whatever else is set stays.
    func changed(to text: String) -> UpstreamRule {
        var rule = self
        let isAddress = text.contains("://")
        rule.url = isAddress ? text : ""
        rule.command = isAddress ? [] : text.split(separator: " ").map(String.init)
        if isAddress { rule.isSharedChild = false }
        return rule
    }
}
