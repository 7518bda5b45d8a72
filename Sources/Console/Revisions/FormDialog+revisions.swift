import Policy

extension FormDialog {
    static func rollBack(to number: RevisionNumber) -> Self {
        FormDialog(
            purpose: .rollBack(to: number),
            title: "Roll back to rev \(number)",
            fields: [reason]
        )
    }
}
