import Admin
import Policy

extension FormDialog {
    static func createKey(name: String = "") -> Self {
        FormDialog(
            purpose: .createKey,
            title: "Create a key",
            fields: [
                FormInput(.keyName, "Name", name, hint: "who holds it, e.g. ci-runner"),
                FormInput(
                    .scheme,
                    "Scheme",
                    choices: KeyRecord.Scheme.allCases.map(\.rawValue)
                ),
                FormInput(.username, "User name", hint: "for basic only, which makes a password"),
                FormInput(.expires, "Expires", "90d", hint: expiryHint),
            ] + accessFields(AccessRules()) + [reason]
        )
    }

    static func keyAccess(_ key: KeyRecord) -> Self {
        FormDialog(
            purpose: .keyAccess(key.id),
            title: "What key \(key.id) (\(key.name)) may do",
            fields: accessFields(key.access) + [reason]
        )
    }

    static func rotateKey(_ key: KeyRecord) -> Self {
        FormDialog(
            purpose: .rotateKey(key.id),
            title: "Rotate key \(key.id) (\(key.name))",
            fields: [
                FormInput(
                    .grace,
                    "Old secret works",
                    choices: ["24h", "1h", "7d", "none"]
                ),
                reason,
            ]
        )
    }

    private static func accessFields(_ access: AccessRules) -> [FormInput] {
        [
            FormInput(
                .tools,
                "Tools",
                AccessText.patterns(access.tools),
                hint: "all, or names: read_* !read_secret"
            ),
            FormInput(
                .methods,
                "Methods",
                AccessText.patterns(access.methods),
                hint: "all, or names: tools/* !resources/*"
            ),
            FormInput(
                .networks,
                "From",
                AccessText.networks(access.networks),
                hint: "anywhere, or networks: 10.0.0.0/8 2001:db8::/32"
            ),
            FormInput(
                .rate,
                "Rate",
                AccessText.rate(access.rate),
                hint: "as every key, or 120:30 for 120 a minute, 30 at once"
            ),
        ]
    }

    // MARK: Reading

    func keyProposal(at now: Timestamp) throws(FormProblems) -> Proposal {
        let name = text(.keyName)
        let expires = expiry(at: now)
        let access = access()
        let username = text(.username)
        let scheme = KeyRecord.Scheme(rawValue: text(.scheme)) ?? .apiKey
        try refuse(
            (1...64).contains(name.count)
                ? nil : FormProblem(field: .keyName, message: "A name has 1 to 64 characters."),
            problem(withUser: username, scheme),
            expires.problem,
            access.problem
        )
        let creation = KeyCreation(
            name: name,
            scheme: scheme,
            username: username.nilIfEmpty,
            access: access.value,
            expires: expires.value ?? nil
        )
        return Proposal(change: .createKey(creation), reason: text(.reason).nilIfEmpty)
    }

    private func problem(withUser name: String, _ scheme: KeyRecord.Scheme) -> FormProblem? {
        switch (scheme, name.isEmpty) {
        case (.basic, true):
            FormProblem(field: .username, message: "Basic authentication needs a user name.")
        case (.basic, false), (_, true): nil
        case (_, false):
            FormProblem(field: .username, message: "Only basic has a user name: leave it empty.")
        }
    }

    func accessProposal(_ id: KeyID) throws(FormProblems) -> Proposal {
        let access = access()
        try refuse(access.problem)
        return Proposal(
            change: .edit(.setKeyAccess(id, access.value)),
            reason: text(.reason).nilIfEmpty
        )
    }

    private func access() -> (value: AccessRules, problem: FormProblem?) {
        var access = AccessRules(
            methods: AccessText.patterns(from: text(.methods)),
            tools: AccessText.patterns(from: text(.tools))
        )
        do throws(FormProblem) {
            access.networks = try networks()
        } catch {
            return (access, error)
        }
        guard let rate = AccessText.rate(from: text(.rate)) else {
            let message = "Write \(AccessText.everyKey), or a rate such as 120:30."
            return (access, FormProblem(field: .rate, message: message))
        }
        access.rate = rate
        return (access, nil)
    }

    func networks() throws(FormProblem) -> [AddressPrefix] {
        do throws(AddressProblem) {
            return try AccessText.networks(from: text(.networks))
        } catch {
            throw FormProblem(field: .networks, message: error.message)
        }
    }

    func rotationProposal(_ id: KeyID) throws(FormProblems) -> Proposal {
        let grace = text(.grace)
        let seconds = grace == "none" ? 0 : DurationText.parse(grace)
        guard let seconds, (0...604_800).contains(seconds) else {
            throw FormProblems(
                problems: [FormProblem(field: .grace, message: "Write none or up to 7d.")]
            )
        }
        return Proposal(
            change: .rotateKey(id, graceSeconds: seconds),
            reason: text(.reason).nilIfEmpty
        )
    }
}

extension KeyCreation {
    /// What the new key would be, one line for each thing that is not as usual.
    var lines: [PolicyChange] {
        let subject = "key \(name)"
        func line(_ name: String, _ value: String) -> PolicyChange {
            PolicyChange(kind: .added, subject: "\(subject) \(name)", after: value)
        }
        let expiry = expires.map { "expires \(TimeText.date($0))" } ?? "never expires"
        let user = username.map { " of user \($0)" } ?? ""
        var lines = [
            PolicyChange(
                kind: .added,
                subject: subject,
                after: "\(scheme.rawValue)\(user), \(expiry)"
            )
        ]
        if access.tools != PatternRules() {
            lines.append(line("tools", AccessText.patterns(access.tools)))
        }
        if access.methods != PatternRules() {
            lines.append(line("methods", AccessText.patterns(access.methods)))
        }
        if !access.networks.isEmpty {
            lines.append(line("from", AccessText.networks(access.networks)))
        }
        if let rate = access.rate { lines.append(line("rate", AccessText.rate(rate))) }
        return lines
    }
}
