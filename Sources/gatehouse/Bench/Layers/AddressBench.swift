import Admin
import Policy
import Rehearsal

/// Whether limits stay exact, and memory small, while very many addresses call at once.
///
/// The generator is a trusted proxy that names every client in `X-Forwarded-For`; nobody shows a
/// key, so that each address spends an allowance of its own.
struct AddressBench: Sendable {
    /// Calls of one address; no further one is due within a minute of its first.
    private static let rule = RateRule(requestsPerMinute: 1, burst: 3)

    var addresses: Int
    var stage: BenchStage

    func add(to report: inout LayersReport) async throws {
        report.addresses = try await run()
    }

    private func run() async throws -> LayersReport.Addresses {
        let port = try await LoadProbe.freePorts(1)[0]
        return try await stage.withServe(port: port) { gate in
            try await gate.administer { admin in
                let revision = try await admin.policy()
                _ = try await admin.apply(
                    .replace(Self.policy(from: revision.document)),
                    base: revision.number,
                    reason: "bench"
                )
            }
            let sweep = try await stage.ask(
                [
                    "sweep", "--port", "\(port)", "--addresses", "\(addresses)",
                    "--limit", "\(Self.rule.burst)",
                ],
                as: AddressSweep.Result.self
            )
            let account = try gate.account()
            return LayersReport.Addresses(
                addresses: sweep.addresses,
                requests: sweep.requests,
                seconds: sweep.seconds,
                limit: Self.rule.burst,
                inexactAddresses: sweep.inexactAddresses,
                failures: sweep.failures,
                peakResidentMebibytes: Double(account.peakResidentBytes) / 1_048_576
            )
        }
    }

    private static func policy(from document: PolicyDocument) -> PolicyDocument {
        var document = document
        document.authentication.isRequired = false
        document.limits.perAddress = rule
        document.limits.blockSeconds = 0
        document.proxies.trusted = [AddressPrefix(uncheckedNetwork: .v4(127 << 24), length: 8)]
        return document
    }
}

extension ServedGate {
    func account() throws -> ProcessAccount {
        guard let account = ProcessAccount(processID: processID) else {
            throw RehearsalError(.peerUnavailable, "The gate ended during the measurement.")
        }
        return account
    }

    /// Runs `body` with a client of the gate's admin socket.
    func administer<Result: Sendable>(
        _ body: @Sendable (AdminClient) async throws -> Result
    ) async throws -> Result {
        let client = AdminClient(socketPath: socketPath)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
