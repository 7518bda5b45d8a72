import Admin
import Policy
import Terminal

/// The history of the policy: what was in force, since when, by whom and why.
enum RevisionsScreen {
    static let columns = [
        ScreenColumn("rev", "v", "REV", width: 7...7, alignment: .trailing),
        ScreenColumn("when", "w", "WHEN", width: 16...16),
        ScreenColumn("by", "b", "BY", width: 8...16, priority: 1),
        ScreenColumn("took", "t", "TOOK MS", width: 7...7, priority: 3, alignment: .trailing),
        ScreenColumn("change", "c", "CHANGE", width: 30...70),
        ScreenColumn("reason", "e", "REASON", width: 12...40, priority: 2),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        ScreenContent(
            columns: columns,
            rows: (model.revisions ?? []).map { row($0, in: model) },
            emptyText: "No data yet."
        )
    }

    private static func row(_ revision: RevisionSummary, in model: ConsoleModel) -> ScreenRow {
        let number = revision.number
        let isInForce = number == model.policy?.number
        return ScreenRow(
            entity: .revision(number),
            cells: [
                ScreenCell(
                    "\(number)",
                    order: .number(Int64(clamping: number.rawValue)),
                    role: isInForce ? .ok : number == model.marked ? .accent : .text,
                    mark: isInForce ? .good : number == model.marked ? .info : nil
                ),
                ScreenCell(TimeText.date(revision.created), role: .muted),
                ScreenCell(revision.author.name),
                took(revision),
                ScreenCell(revision.summary),
                ScreenCell(revision.reason ?? "", role: .muted),
            ]
        )
    }

    private static func took(_ revision: RevisionSummary) -> ScreenCell {
        ScreenCell(
            revision.activationMicroseconds.map(NumberText.preciseMilliseconds) ?? "",
            order: .number(revision.activationMicroseconds ?? -1),
            role: .muted
        )
    }

    static func detail(of number: RevisionNumber, in model: ConsoleModel) -> [DetailLine] {
        guard let revision = model.revisions?.first(where: { $0.number == number }) else {
            return [
                DetailLine("Revision", "\(number)"), DetailLine("", "It is no longer listed."),
            ]
        }
        var lines = [
            DetailLine("Revision", "\(number)"),
            DetailLine("In force", TimeText.date(revision.created)),
            DetailLine("By", revision.author.description),
            DetailLine("Reason", revision.reason ?? "none given"),
            DetailLine("After", revision.parent.map { "rev \($0)" } ?? "nothing: the first one"),
            DetailLine("Change", revision.summary),
        ]
        if let took = revision.activationMicroseconds {
            let text = "\(NumberText.preciseMilliseconds(took)) ms to reach every loop"
            lines.insert(DetailLine("Took", text), at: 2)
        }
        if let marked = model.marked, marked != number {
            lines.append(DetailLine("Marked", "rev \(marked): = compares the two", role: .accent))
        }
        return lines
    }
}
