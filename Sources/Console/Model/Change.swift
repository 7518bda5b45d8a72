import Admin
import Policy

/// What a review can commit.
enum Change: Equatable, Sendable {
    case edit(PolicyEdit)
    case rollBack(to: RevisionNumber)
    case ban(AddressPrefix, seconds: Int64?)
    case unban(AddressPrefix)
    case createKey(KeyCreation)
    case rotateKey(KeyID, graceSeconds: Int64)
    case approveTool(ToolApproval)

    /// Whether the server can say beforehand what it would do.
    var isPreviewedByServer: Bool {
        switch self {
        case .edit, .rollBack: true
        case .ban, .unban, .createKey, .rotateKey, .approveTool: false
        }
    }

    /// Whether it makes a revision and so can collide with someone else's.
    var hasBase: Bool {
        switch self {
        case .ban, .unban, .approveTool: false
        case .edit, .rollBack, .createKey, .rotateKey: true
        }
    }

    /// What the server need not be asked for.
    var localLines: [PolicyChange] {
        switch self {
        case .edit, .rollBack:
            []
        case .ban(let prefix, let seconds):
            [
                PolicyChange(
                    kind: .added,
                    subject: "ban \(prefix)",
                    after: seconds.map { "for \(TimeText.duration(seconds: $0))" }
                        ?? "until it is removed"
                )
            ]
        case .unban(let prefix):
            [PolicyChange(kind: .removed, subject: "ban or block of \(prefix)")]
        case .createKey(let creation):
            creation.lines
        case .rotateKey(let id, let grace):
            [
                PolicyChange(
                    kind: .changed,
                    subject: "key \(id)",
                    before: grace == 0
                        ? "the old secret stops at once"
                        : "the old secret works \(TimeText.duration(seconds: grace)) more",
                    after: "a new secret"
                )
            ]
        case .approveTool(let approval):
            [
                PolicyChange(
                    kind: .changed,
                    subject: "tool \(approval.tool)",
                    before: "pinned as \(approval.pinned.short)",
                    after: "pinned as \(approval.pending.short)"
                )
            ]
        }
    }

    /// What to read before the yes, besides the lines.
    var notes: [String] {
        if case .approveTool(let approval) = self { approval.changes } else { [] }
    }
}
