import Admin
import ArgumentParser
import Policy

/// A key as an operator names it: by its id, or by a name that one live key alone has.
struct KeyReference: ExpressibleByArgument, Equatable, Sendable {
    var text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// An id wins over a name; revoked keys have none.
    ///
    /// - Throws: `CommandFailure` when there is no such key, or more than one.
    func resolve(among keys: [KeyRecord]) throws -> KeyID {
        if let key = keys.first(where: { $0.id.rawValue == text }) { return key.id }
        let named = keys.filter { $0.state != .revoked && $0.name == text }
        guard let key = named.first else {
            throw CommandFailure(
                code: ExitStatus.noInput,
                message: "No key has the id or name '\(text)'. See: gatehouse keys list"
            )
        }
        guard named.count == 1 else {
            let ids = named.map(\.id.rawValue).joined(separator: ", ")
            throw CommandFailure(
                code: ExitStatus.usage,
                message: "\(named.count) keys have the name '\(text)'. Name one by its id: \(ids)."
            )
        }
        return key.id
    }

    /// - Throws: As `resolve(among:)`, and `AdminError`.
    func resolve(with service: any AdminService) async throws -> KeyID {
        try resolve(among: try await service.policy().document.authentication.keys)
    }
}
