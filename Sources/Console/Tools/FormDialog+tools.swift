import Policy

extension FormDialog {
    static func approveTool(_ approval: ToolApproval) -> Self {
        FormDialog(
            purpose: .approveTool(approval),
            title: "Approve \(approval.tool) as it is now",
            fields: [reason]
        )
    }

    static func setPinning(_ pinning: ToolRules.Pinning) -> Self {
        FormDialog(
            purpose: .pinning,
            title: "What a changed tool means",
            fields: [
                FormInput(
                    .value,
                    "Pinning",
                    choices: ToolRules.Pinning.allCases.map(\.rawValue),
                    chosen: pinning.rawValue
                ),
                reason,
            ]
        )
    }

    func pinningProposal() throws(FormProblems) -> Proposal {
        guard let pinning = ToolRules.Pinning(rawValue: text(.value)) else {
            throw FormProblems(problems: [])
        }
        return Proposal(
            change: .edit(.setToolRules(ToolRules(pinning: pinning))),
            reason: text(.reason).nilIfEmpty
        )
    }
}
