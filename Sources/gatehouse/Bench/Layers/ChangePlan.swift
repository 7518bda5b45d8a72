import Admin
import Deployment
import Foundation
import Policy
import Rehearsal
import Synchronization

/// Edits of every kind of rule, none of which shuts out a client on loopback with the first key.
struct EditPlan: Sendable {
    private static let kinds = 6

    private let document: PolicyDocument

    /// - Parameter document: The policy before the first edit.
    init(_ document: PolicyDocument) {
        self.document = document
    }

    /// The edits must be made in the order of their numbers, from 0 on.
    func edit(_ number: Int) -> PolicyEdit {
        // From then on further entries of the list shut nobody out.
        guard number > 0 else { return .addEntry(.allowlist, AddressEntry(prefix: .loopback[0])) }
        let turn = (number - 1) / Self.kinds
        let passing = AddressPrefix(uncheckedNetwork: .v4(198 << 24 | UInt32(turn)), length: 32)
        switch (number - 1) % Self.kinds {
        case 0: return .addEntry(.denylist, AddressEntry(prefix: passing))
        case 1: return .addEntry(.allowlist, AddressEntry(prefix: passing))
        case 2:
            var limits = document.limits
            limits.bodyBytesMax += 1 + turn % 2
            return .setLimits(limits)
        case 3:
            var browser = document.browser
            browser.crossOrigin.isEnabled = true
            browser.crossOrigin.origins = ["https://app\(turn % 2).example"]
            return .setBrowserRules(browser)
        case 4: return .removeEntry(.denylist, passing)
        default: return .removeEntry(.allowlist, passing)
        }
    }
}

/// Two certificates that take each other's place in the files that a gate serves.
struct CertificateChanges: Sendable {
    /// Days of validity, by which the two are told apart.
    private static let days = (first: 10, second: 20)

    let served: CertificateFiles
    /// Both, for clients that are to trust whichever they are shown.
    let bundlePath: String
    private let first: SelfSignedCertificate
    private let second: SelfSignedCertificate

    init(folder: String) throws {
        let names = ["127.0.0.1", "localhost"]
        let now = Date()
        first = try SelfSignedCertificate(names: names, days: Self.days.first, now: now)
        second = try SelfSignedCertificate(names: names, days: Self.days.second, now: now)
        served = CertificateFiles(folder: folder)
        bundlePath = "\(folder)/trusted.pem"
        try served.write(first)
        try (first.certificatePEM + second.certificatePEM)
            .write(toFile: bundlePath, atomically: true, encoding: .utf8)
    }

    /// Puts the other one in place and returns once the gate serves it.
    ///
    /// - Throws: `RehearsalError.peerUnavailable` when it does not within 5 s.
    func renew(at gate: ServedGate, _ admin: AdminClient) async throws {
        let isFirst = try await isFirstServed(admin)
        try served.write(isFirst ? second : first)
        kill(gate.processID, SIGHUP)
        for _ in 0..<500 {
            if try await isFirstServed(admin) != isFirst { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RehearsalError(.peerUnavailable, "The gate does not take the new certificate.")
    }

    private func isFirstServed(_ admin: AdminClient) async throws -> Bool {
        let days = try await admin.status().certificate?.daysLeft ?? 0
        return days <= Self.days.first
    }
}

/// A moment that several wait for.
final class Ending: Sendable {
    private let flag = Atomic(false)

    var isReached: Bool { flag.load(ordering: .relaxed) }

    func reached() {
        flag.store(true, ordering: .relaxed)
    }
}
