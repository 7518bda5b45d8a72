import Admin
import Policy

extension AdminService {
    /// Carries out a reviewed change.
    func commit(
        _ change: Change,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> CommitResult {
        switch change {
        case .edit(let edit):
            return .edited(try await apply(edit, base: base, reason: reason))
        case .rollBack(let number):
            return .edited(try await rollBack(to: number, base: base, reason: reason))
        case .ban(let prefix, let seconds):
            return .banned(try await addBan(prefix, seconds: seconds, reason: reason))
        case .unban(let prefix):
            return .unbanned(try await removeBan(prefix, reason: reason))
        case .createKey(let creation):
            var request = creation
            request.base = base
            request.reason = reason
            return .issued(try await createKey(request))
        case .rotateKey(let id, let grace):
            let issued = try await rotateKey(id, graceSeconds: grace, base: base, reason: reason)
            return .issued(issued)
        case .approveTool(let approval):
            let standing = try await approveTool(
                approval.tool,
                of: approval.server,
                digest: approval.pending,
                reason: reason
            )
            return .approved(standing)
        }
    }
}
