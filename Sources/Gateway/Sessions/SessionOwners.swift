import MCP
import Policy
import Synchronization

/// Whose the sessions are that HTTP upstreams have opened; shared by all loops.
///
/// Only digests of session ids are kept. A session that is not known belongs to nobody, so its
/// client must begin again.
final class SessionOwners: Sendable {
    private let table = Mutex(SessionTable<SessionKey, Void>())

    var count: Int { table.withLock { $0.count } }

    func bind(_ session: SessionKey, to principal: String, at now: MonotonicTime) {
        table.withLock { $0.open(session, principal: principal, fact: (), at: now) }
    }

    /// Whether the session is the principal's; counts as a use.
    func isOwned(_ session: SessionKey, by principal: String, at now: MonotonicTime) -> Bool {
        table.withLock { $0.use(session, principal: principal, at: now) != nil }
    }

    func forget(_ session: SessionKey) {
        table.withLock { $0.end(session) }
    }
}

/// A session of one upstream; two upstreams may give out the same id.
struct SessionKey: Hashable, Sendable {
    /// The upstream's name.
    let upstream: String
    /// Of the session's id.
    let digest: SecretDigest

    init(of upstream: Upstream, id: Range<Int>, in bytes: RawSpan) {
        self.upstream = upstream.name
        digest = SecretDigest(hashing: id, of: bytes)
    }
}

/// What a response means for the session that its request belongs to.
struct SessionWatch {
    enum Purpose {
        /// An `initialize`: a session in its response is the principal's from now on.
        case opening
        case using(SessionKey)
        /// A DELETE.
        case ending(SessionKey)
    }

    let purpose: Purpose
    let upstream: Upstream
    let principal: String
    let owners: SessionOwners

    /// Called with the response's head before the client sees any of it.
    func answered(_ head: ResponseHead, bytes: RawSpan, at now: MonotonicTime) {
        let isSuccess = 200..<300 ~= head.status
        switch purpose {
        case .opening:
            guard isSuccess, let field = head.fields.first(.sessionID) else { return }
            let session = SessionKey(of: upstream, id: field.value, in: bytes)
            owners.bind(session, to: principal, at: now)
        case .using(let session):
            if head.status == 404 { owners.forget(session) }
        case .ending(let session):
            if isSuccess || head.status == 404 { owners.forget(session) }
        }
    }
}
