import Deployment
import Foundation
import Rehearsal

/// TLS at the gate and at nginx, with one certificate: proxied requests over kept connections, and
/// connections that bring a full handshake for a single request.
struct SecureBench: Sendable {
    /// Handshakes cost the generator as much as the server, so a few at a time keep it busy.
    private static let renewedConnections = 16

    var race: Race

    func add(to report: inout LayersReport) async throws {
        let (kept, renewed) = try await run()
        report.tls = LayersReport.Secure(
            requests: try LayersReport.Duel(kept),
            handshakes: try LayersReport.Duel(renewed)
        )
        guard kept.count > 1 else { return }
        report.compare(kept[0], to: kept[1], as: "tls_requests_against_nginx")
        report.compare(renewed[0], to: renewed[1], as: "tls_handshakes_against_nginx")
    }

    private func run() async throws -> (kept: [Race.Lane], renewed: [Race.Lane]) {
        let stage = race.stage
        let ports = try await LoadProbe.freePorts(3)
        let files = CertificateFiles(folder: "\(stage.folder)/tls")
        try files.write(
            SelfSignedCertificate(names: ["127.0.0.1", "localhost"], days: 2, now: Date())
        )
        let policy = BenchPolicy(key: stage.key, upstreamPort: ports[0])
            .hardened(size: GuardsBench.small)
        return try await stage.withUpstream(port: ports[0]) { _ in
            try await stage.withGate(port: ports[1], policy: policy, identity: files) { gate in
                try await stage.withNginx(
                    port: ports[2],
                    upstreamPort: ports[0],
                    identity: files
                ) { nginx in
                    let processes = [gate] + [nginx].compactMap(\.self)
                    return try await measure(Array(zip(ports.dropFirst(), processes)), files)
                }
            }
        }
    }

    private func measure(
        _ servers: [(port: Int, processID: Int32)],
        _ files: CertificateFiles
    ) async throws -> (kept: [Race.Lane], renewed: [Race.Lane]) {
        var order = LoadOrder(port: 0, trustedCertificates: files.certificatePath)
        let kept = try await race(servers, order)
        order.renewsConnections = true
        order.connections = Self.renewedConnections
        return (kept, try await race(servers, order))
    }

    private func race(
        _ servers: [(port: Int, processID: Int32)],
        _ order: LoadOrder
    ) async throws -> [Race.Lane] {
        let contestants = servers.map { server in
            var order = order
            order.port = server.port
            return Race.Contestant(load: order, processID: server.processID)
        }
        return try await race.run(contestants)
    }
}

extension LayersReport.Duel {
    /// The gate's lane, and nginx's if it ran.
    fileprivate init(_ lanes: [Race.Lane]) throws {
        gate = try BenchReport.Proxy(lanes[0])
        nginx = lanes.count > 1 ? try BenchReport.Proxy(lanes[1]) : nil
    }
}
