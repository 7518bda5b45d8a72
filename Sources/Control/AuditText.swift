import Foundation
import Policy

/// Turns changes into what the audit trail keeps of them.
enum AuditText {
    /// Lines of one edit that the trail keeps; the document's hash covers the rest.
    static let changesMax = 200

    /// The values before as a JSON object of subject to text; nil when nothing was there.
    static func before(_ changes: [PolicyChange]) -> String? {
        object(changes, value: \.before)
    }

    /// The values after, likewise.
    static func after(_ changes: [PolicyChange]) -> String? {
        object(changes, value: \.after)
    }

    /// Everything that was wrong with a refused edit, as a JSON object of path to sentence.
    static func refusal(_ code: String, _ message: String, _ problems: [PolicyProblem]) -> String? {
        var members = ["refused": code, "message": message]
        for problem in problems.prefix(changesMax) {
            members[problem.path] = problem.message
        }
        return json(members)
    }

    static func json(_ members: [String: String]) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func object(
        _ changes: [PolicyChange],
        value: KeyPath<PolicyChange, String?>
    ) -> String? {
        var members: [String: String] = [:]
        for change in changes.prefix(changesMax) {
            members[change.subject] = change[keyPath: value]
        }
        if changes.count > changesMax, !members.isEmpty {
            members["…"] = "\(changes.count - changesMax) more"
        }
        return members.isEmpty ? nil : json(members)
    }
}
