import Admin
import Deployment
import Foundation
import Policy
import Rehearsal

/// Edits of the policy and renewals of the certificate while clients call, over kept connections
/// and over new ones.
///
/// No edit is meant for those clients, so every call of theirs that fails is one that the new
/// policy would have let in.
struct ChangeBench: Sendable {
    private static let renewedConnections = 4
    private static let keptConnections = 16

    var edits: Int
    var renewals: Int
    /// Of one run of the load; it is run again until the last change is made.
    var seconds: Double
    var stage: BenchStage

    func add(to report: inout LayersReport) async throws {
        report.changes = try await run()
    }

    private func run() async throws -> LayersReport.Changes {
        let ports = try await LoadProbe.freePorts(2)
        let certificates = try CertificateChanges(folder: "\(stage.folder)/changes")
        return try await stage.withUpstream(port: ports[0]) { _ in
            try await stage.withServe(
                port: ports[1],
                arguments: ["--upstream", "http://127.0.0.1:\(ports[0])/mcp", "--loops", "2"],
                identity: certificates.served
            ) { gate in
                try await LoadProbe.waitForPort(ports[1])
                return try await measure(gate, port: ports[1], certificates)
            }
        }
    }

    private func measure(
        _ gate: ServedGate,
        port: Int,
        _ certificates: CertificateChanges
    ) async throws -> LayersReport.Changes {
        var kept = LoadOrder(port: port, trustedCertificates: certificates.bundlePath)
        kept.connections = Self.keptConnections
        var renewed = kept
        renewed.connections = Self.renewedConnections
        renewed.renewsConnections = true
        let ending = Ending()
        async let keptResults = load(kept, until: ending)
        async let renewedResults = load(renewed, until: ending)
        var report = try await gate.administer { admin in
            defer { ending.reached() }
            try await waitForLoad(admin)
            return try await change(admin, gate, certificates)
        }
        let results = try await keptResults + renewedResults
        report.requests = results.map(\.requests).reduce(0, +)
        report.failures = results.map(\.failures).reduce(0, +)
        return report
    }

    private func load(_ order: LoadOrder, until ending: Ending) async throws -> [LoadResult] {
        var results: [LoadResult] = []
        repeat {
            results.append(try await stage.load(order, seconds: seconds))
        } while !ending.isReached
        return results
    }

    /// Returns once the connections that are kept stand, so that no edit comes before the load.
    private func waitForLoad(_ admin: AdminClient) async throws {
        for _ in 0..<500 {
            if try await admin.status().openConnections >= Self.keptConnections { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RehearsalError(.peerUnavailable, "The load does not reach the gate within 5 s.")
    }

    private func change(
        _ admin: AdminClient,
        _ gate: ServedGate,
        _ certificates: CertificateChanges
    ) async throws -> LayersReport.Changes {
        var revision = try await admin.policy()
        var activations: [Double] = []
        let plan = EditPlan(revision.document)
        let editsPerRenewal = max(edits / max(renewals, 1), 1)
        var renewed = 0
        for number in 0..<edits {
            let outcome = try await admin.apply(
                plan.edit(number),
                base: revision.number,
                reason: "bench"
            )
            revision.number = outcome.revision
            activations.append(Double(outcome.activationMicroseconds) / 1_000)
            if number % editsPerRenewal == editsPerRenewal - 1, renewed < renewals {
                try await certificates.renew(at: gate, admin)
                renewed += 1
            }
        }
        guard let activation = Summary(activations) else {
            throw RehearsalError(.peerUnavailable, "No edit was measured.")
        }
        return LayersReport.Changes(
            edits: activations.count,
            renewals: renewed,
            requests: 0,
            failures: 0,
            activationMilliseconds: activation
        )
    }
}
