import MCP
import NIOCore
import Policy

/// One exchange with a server behind the gate, whatever kind of server it is.
enum UpstreamExchange {
    case connection(UpstreamConnection)
    case child(ChildExchange)

    /// Ends it; the receiver hears nothing more.
    func cancel() {
        switch self {
        case .connection(let connection): connection.cancel()
        case .child(let exchange): exchange.cancel()
        }
    }

    /// Lets it finish with nobody waiting.
    func detach() {
        switch self {
        case .connection(let connection): connection.detach()
        case .child(let exchange): exchange.detach()
        }
    }

    /// What comes is held back until `resumeReading`.
    func holdReading() {
        switch self {
        case .connection(let connection): connection.holdReading()
        case .child(let exchange): exchange.holdReading()
        }
    }

    func resumeReading() {
        switch self {
        case .connection(let connection): connection.resumeReading()
        case .child(let exchange): exchange.resumeReading()
        }
    }
}

/// A call that the guards let through, on its way to a server.
struct OutboundCall: ~Copyable {
    let call: OpenCall
    let upstream: Upstream
    /// Nil for a method without a body.
    let body: ByteBuffer?
    /// Offsets into the body; nil when it was not read, because nothing is guarded.
    let envelope: MessageEnvelope?

    /// The value of `Mcp-Session-Id`, as offsets into the head.
    var sessionID: Range<Int>? { call.head.fields.first(.sessionID)?.value }

    var isOpening: Bool {
        guard let envelope else { return false }
        return envelope.kind == .request && envelope.isInitialize
    }
}

extension LoopContext {
    /// Sends a call to its server; answers with the exchange, or why it did not begin.
    ///
    /// `principal` is whose sessions it may use, asked only in the legacy era and for children;
    /// `receiver` hears of the exchange later, never within this call.
    func beginExchange(
        _ outbound: borrowing OutboundCall,
        principal: () -> String,
        for receiver: any UpstreamReceiver
    ) -> Result<UpstreamExchange, UpstreamRefusal> {
        do throws(UpstreamRefusal) {
            switch outbound.upstream.transport {
            case .address(let address):
                let connection = try begin(outbound, to: address, principal, receiver)
                return .success(.connection(connection))
            case .child(let command):
                let exchange = try begin(outbound, command, principal(), receiver)
                return .success(.child(exchange))
            }
        } catch {
            return .failure(error)
        }
    }

    // MARK: HTTP

    private func begin(
        _ outbound: borrowing OutboundCall,
        to address: UpstreamAddress,
        _ principal: () -> String,
        _ receiver: any UpstreamReceiver
    ) throws(UpstreamRefusal) -> UpstreamConnection {
        let pool = upstreams.pool(to: address)
        let session = try sessionWatch(outbound, principal)
        let credential = try credential(of: outbound.upstream)
        if case .refused(let seconds) = pool.health.admission(at: now) {
            throw UpstreamRefusal(.upstreamSuspended(retryAfterSeconds: seconds))
        }
        var request = UpstreamRequest(
            relaying: outbound.call,
            body: outbound.body,
            to: address,
            credential: credential,
            scratch: &outgoing
        )
        request.session = session
        outbound.call.releaseBytes()
        let connection = pool.connection(on: self)
        connection.start(request, for: receiver)
        return connection
    }

    /// A session that is not the principal's does not exist for it, also not for an `initialize`.
    private func sessionWatch(
        _ outbound: borrowing OutboundCall,
        _ principal: () -> String
    ) throws(UpstreamRefusal) -> SessionWatch? {
        let call = outbound.call
        guard isGuarded, call.era == .legacy else { return nil }
        let purpose: SessionWatch.Purpose
        let owner: String
        if let id = outbound.sessionID {
            let headBytes = call.headBytes
            let key = SessionKey(of: outbound.upstream, id: id, in: headBytes.readableBytesSpan)
            owner = principal()
            guard services.sessions.isOwned(key, by: owner, at: now) else {
                throw UpstreamRefusal(.sessionUnknown)
            }
            purpose = call.head.method == .delete ? .ending(key) : .using(key)
        } else if outbound.isOpening {
            purpose = .opening
            owner = principal()
        } else {
            return nil
        }
        return SessionWatch(
            purpose: purpose,
            upstream: outbound.upstream,
            principal: owner,
            owners: services.sessions
        )
    }

    private func credential(of upstream: Upstream) throws(UpstreamRefusal) -> UpstreamField? {
        guard let credential = upstream.credential else { return nil }
        guard let value = services.secrets.value(of: credential, at: now),
            let field = UpstreamField(credential.field, value: value)
        else { throw UpstreamRefusal(.upstreamCredentialMissing) }
        return field
    }

    // MARK: Children

    private func begin(
        _ outbound: borrowing OutboundCall,
        _ command: ChildCommand,
        _ principal: String,
        _ receiver: any UpstreamReceiver
    ) throws(UpstreamRefusal) -> ChildExchange {
        let call = outbound.call
        let content: ChildQuestion.Content
        switch call.head.method {
        case .get: content = .stream
        case .delete: content = .deletion
        default:
            // Unguarded bodies are relayed unread, but a child's must be read to be numbered.
            guard let body = outbound.body, let envelope = outbound.envelope else {
                throw UpstreamRefusal(UpstreamFailure.unreachable.denial)
            }
            content = .message(body, envelope)
        }
        let headBytes = call.headBytes
        let question = ChildQuestion(
            content: content,
            upstream: outbound.upstream,
            command: command,
            era: call.era,
            principal: principal,
            session: outbound.sessionID.map { headBytes.readableBytesSpan.text(in: $0) }
        )
        call.releaseBytes()
        return ChildExchange.begin(question, with: services.children, on: self, for: receiver)
    }
}

/// Why a call was not sent to its server.
struct UpstreamRefusal: Error {
    let denial: CallDenial

    init(_ denial: CallDenial) {
        self.denial = denial
    }
}
