import Policy

extension FormDialog {
    private static let children = ["one per session", "one for all"]

    static func newServer() -> Self {
        let name = FormInput(.serverName, "Name", hint: "lower-case letters, digits and hyphens")
        return FormDialog(
            purpose: .server(nil),
            title: "Add a server",
            fields: [name] + serverFields(nil)
        )
    }

    static func server(_ server: ShownServer) -> Self {
        FormDialog(
            purpose: .server(server),
            title: "Edit what is behind \(ServerRule.path(of: server.name))",
            fields: serverFields(server.rule)
        )
    }

    private static func serverFields(_ rule: UpstreamRule?) -> [FormInput] {
        [
            FormInput(
                .behind,
                "Behind it",
                rule?.text ?? "",
                hint: "http://HOST:PORT/PATH, or a command and its words"
            ),
            FormInput(
                .children,
                "Processes",
                choices: children,
                chosen: rule?.isSharedChild == true ? children[1] : children[0]
            ),
            FormInput(
                .credential,
                "Credential",
                rule?.credential?.source ?? "none",
                hint: "none, file:/ABSOLUTE/PATH or env:NAME; never the secret itself"
            ),
            reason,
        ]
    }

    func serverProposal(_ server: ShownServer?) throws(FormProblems) -> Proposal {
        let behind = text(.behind)
        let name = server?.name ?? text(.serverName)
        try refuse(
            behind.isEmpty
                ? FormProblem(field: .behind, message: "Write an address or a command.") : nil,
            server == nil && name.isEmpty
                ? FormProblem(field: .serverName, message: "A server needs a name.") : nil
        )
        var rule = (server?.rule ?? UpstreamRule(url: "")).changed(to: behind)
        rule.isSharedChild = !rule.command.isEmpty && text(.children) == Self.children[1]
        rule.credential = credential(of: rule)
        let edit: PolicyEdit =
            name.isEmpty ? .setUpstream(rule) : .setServer(ServerRule(name: name, upstream: rule))
        return Proposal(change: .edit(edit), reason: text(.reason).nilIfEmpty)
    }

    /// The credential of another source; its field and prefix stay as they were set.
    private func credential(of rule: UpstreamRule) -> UpstreamCredential? {
        let source = text(.credential)
        guard !source.isEmpty, source != "none" else { return nil }
        var credential = rule.credential ?? UpstreamCredential(source: source)
        credential.source = source
        // A variable holds the bare secret.
        if rule.credential == nil, !rule.command.isEmpty { credential.prefix = "" }
        return credential
    }
}
