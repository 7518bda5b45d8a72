import Admin
import Policy

/// What is asked of every edit before it is computed or kept.
extension ControlPlane {
    func requireBase(
        _ base: RevisionNumber?,
        current: RevisionNumber
    ) throws(AdminError) {
        guard let base, base != current else { return }
        throw AdminError(
            .revisionConflict,
            "the policy is at revision \(current) and the edit was made against \(base); look at"
                + " the new one and make the edit again",
            current: current
        )
    }

    func requireReason(_ reason: String?) throws(AdminError) {
        guard let reason else { return }
        guard reason.unicodeScalars.count <= PolicyBounds.reasonLengthMax else {
            throw AdminError(
                .invalidRequest,
                "the reason is longer than \(PolicyBounds.reasonLengthMax) characters; shorten it"
            )
        }
        guard PrintableText.isPrintable(reason) else {
            throw AdminError(
                .invalidRequest,
                "the reason holds control, invisible or direction characters; leave them out"
            )
        }
    }

    func requireValid(_ document: PolicyDocument) throws(AdminError) {
        let problems = document.problems()
        guard !problems.isEmpty else { return }
        throw AdminError(.invalidPolicy, Self.words(for: problems), problems: problems)
    }

    func requireLimit(_ limit: Int) throws(AdminError) {
        guard !(1...1000).contains(limit) else { return }
        throw AdminError(.invalidRequest, "the limit \(limit) is out of range; it is 1…1000")
    }

    static func words(for problems: [PolicyProblem]) -> String {
        guard let first = problems.first else { return "the policy would not be valid" }
        let rest = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return "the policy would not be valid: \(first.path): \(first.message)\(rest)"
    }
}
