import NIOCore
import Policy
import Telemetry

/// A connection that was just accepted, on its way to whoever serves it.
///
/// It is counted against the limits first; where the policy expects a PROXY header of its peer,
/// that one is read next; then comes TLS, or HTTP at once.
struct Arrival {
    let channel: any Channel
    let loop: LoopContext
    /// Nil without TLS.
    private let certificates: CertificateKeeper?

    init(_ channel: any Channel, on loop: LoopContext, _ certificates: CertificateKeeper?) {
        self.channel = channel
        self.loop = loop
        self.certificates = certificates
    }

    /// Runs on the connection's own loop.
    func begin() throws {
        guard !loop.isDraining,
            let peer = channel.remoteAddress.flatMap(ClientAddress.init(socket:))
        else { return channel.close(promise: nil) }
        let snapshot = loop.policy.snapshot
        let limits = ConnectionLimits(snapshot, for: peer)
        guard loop.bounds.opened(from: peer, within: limits) else {
            loop.recordRefusedConnection(from: peer)
            return channel.close(promise: nil)
        }
        if snapshot.document.proxies.isProxyProtocolExpected,
            snapshot.forwarding.isTrusted(peer.address)
        {
            let connection = ProxiedConnection(self, through: peer)
            try channel.pipeline.syncOperations.addHandler(connection)
        } else {
            try serve(peer)
        }
    }

    /// Hands the connection over; it is in the loop's bounds as one of `client` already, and from
    /// here on its end takes it out.
    func serve(_ client: ClientAddress) throws {
        if let identity = certificates?.identity {
            try SecureConnection.begin(on: channel, of: client, as: identity, loop: loop)
        } else {
            let connection = ClientConnection(loop: loop, client: client, isPlain: true)
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }
}

extension LoopContext {
    /// A trusted proxy began a connection with something that tells no client.
    func recordUnreadableProxyHeader(from peer: ClientAddress) {
        clock.refresh()
        let call = CallRecord(client: peer, status: 400, denial: .proxyHeaderInvalid)
        recorder.record(call, at: clock.wallNow)
    }
}
