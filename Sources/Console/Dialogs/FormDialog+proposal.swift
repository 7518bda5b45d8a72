import Policy

/// What a form asks for.
struct Proposal: Equatable, Sendable {
    var change: Change
    var reason: String?
    var confirmation: TypedConfirmation?
}

/// Everything that is wrong with a form.
struct FormProblems: Error, Equatable, Sendable {
    var problems: [FormProblem]
}

extension FormDialog {
    /// Reads the fields against the policy that the operator is looking at.
    func proposal(on document: PolicyDocument, at now: Timestamp) throws(FormProblems) -> Proposal {
        switch purpose {
        case .addEntry:
            try entryProposal(at: now)
        case .editEntry(let list, let prefix):
            try editProposal(list, prefix, on: document, at: now)
        case .setting(let setting):
            try settingProposal(setting, on: document)
        case .createKey:
            try keyProposal(at: now)
        case .rotateKey(let id):
            try rotationProposal(id)
        case .keyAccess(let id):
            try accessProposal(id)
        case .ban:
            try banProposal()
        case .approveTool(let approval):
            Proposal(change: .approveTool(approval), reason: text(.reason).nilIfEmpty)
        case .pinning:
            try pinningProposal()
        case .server(let server):
            try serverProposal(server)
        case .rollBack(let number):
            Proposal(change: .rollBack(to: number), reason: text(.reason).nilIfEmpty)
        case .commitStaged:
            // What is staged is the console's to know: see `reviewStaged`.
            throw FormProblems(problems: [])
        case .lockdown:
            try lockdownProposal(at: now)
        }
    }

    private func entryProposal(at now: Timestamp) throws(FormProblems) -> Proposal {
        let prefix = address()
        let expires = expiry(at: now)
        try refuse(prefix.problem, expires.problem)
        guard let prefix = prefix.value, let list = AddressList(rawValue: text(.list)) else {
            throw FormProblems(problems: [])
        }
        let entry = AddressEntry(
            prefix: prefix,
            reason: text(.reason).nilIfEmpty,
            expires: expires.value ?? nil
        )
        return Proposal(change: .edit(.addEntry(list, entry)), reason: entry.reason)
    }

    private func editProposal(
        _ list: AddressList,
        _ prefix: AddressPrefix,
        on document: PolicyDocument,
        at now: Timestamp
    ) throws(FormProblems) -> Proposal {
        let expires = expiry(at: now)
        let isThere = document[list].contains { $0.prefix == prefix }
        try refuse(
            isThere ? nil : FormProblem(field: .reason, message: "\(prefix) was removed."),
            expires.problem
        )
        let entry = AddressEntry(
            prefix: prefix,
            reason: text(.reason).nilIfEmpty,
            expires: expires.value ?? nil
        )
        var edited = document
        edited[list] = edited[list].map { $0.prefix == prefix ? entry : $0 }
        return Proposal(change: .edit(.replace(edited)), reason: entry.reason)
    }

    private func settingProposal(
        _ setting: Setting,
        on document: PolicyDocument
    ) throws(FormProblems) -> Proposal {
        do throws(SettingProblem) {
            let edit = try setting.edit(text(.value), in: document)
            return Proposal(change: .edit(edit), reason: text(.reason).nilIfEmpty)
        } catch {
            throw FormProblems(problems: [FormProblem(field: .value, message: error.message)])
        }
    }

    private func banProposal() throws(FormProblems) -> Proposal {
        let prefix = address()
        let time = text(.banTime)
        let seconds = time == "forever" ? nil : DurationText.parse(time)
        let isTimeRead = time == "forever" || (seconds ?? 0) > 0
        try refuse(
            prefix.problem,
            isTimeRead
                ? nil
                : FormProblem(field: .banTime, message: "Write forever, or a time: 90s, 1h, 7d.")
        )
        guard let prefix = prefix.value else { throw FormProblems(problems: []) }
        return Proposal(
            change: .ban(prefix, seconds: seconds),
            reason: text(.reason).nilIfEmpty
        )
    }

    func refuse(_ problems: FormProblem?...) throws(FormProblems) {
        let found = problems.compactMap(\.self)
        guard found.isEmpty else { throw FormProblems(problems: found) }
    }

    func address() -> (value: AddressPrefix?, problem: FormProblem?) {
        do throws(AddressProblem) {
            return (try AddressPrefix(parsing: text(.address)), nil)
        } catch {
            return (nil, FormProblem(field: .address, message: "\(error)"))
        }
    }

    func expiry(at now: Timestamp) -> (value: Timestamp??, problem: FormProblem?) {
        let text = text(.expires)
        if text.isEmpty || text == "never" { return (.some(nil), nil) }
        guard let seconds = DurationText.parse(text), seconds > 0 else {
            let message = "Write never, or a time: 90s, 1h, 7d."
            return (nil, FormProblem(field: .expires, message: message))
        }
        return (now.advanced(bySeconds: seconds), nil)
    }
}
