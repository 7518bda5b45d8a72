import Rehearsal

/// Every figure of one `gatehouse bench layers`, as `--json` prints it.
///
/// A part that was not asked for, or cannot be measured here, is left out.
struct LayersReport: Codable, Sendable {
    /// The guards of every layer, with ten prefixes on either list and ten keys, and with 10,000.
    struct Guards: Codable, Sendable {
        var off: BenchReport.Proxy
        var on: BenchReport.Proxy
        var onLarge: BenchReport.Proxy

        enum CodingKeys: String, CodingKey {
            case off
            case on
            case onLarge = "on_large"
        }
    }

    /// Very many addresses within a minute, each with an allowance of its own.
    struct Addresses: Codable, Sendable {
        var addresses: Int
        var requests: Int
        var seconds: Double
        /// Calls of one address that are to be let in.
        var limit: Int
        /// Addresses that were let in more or less often.
        var inexactAddresses: Int
        var failures: Int
        var peakResidentMebibytes: Double

        enum CodingKeys: String, CodingKey {
            case addresses
            case requests
            case seconds
            case limit
            case inexactAddresses = "inexact_addresses"
            case failures
            case peakResidentMebibytes = "peak_resident_mebibytes"
        }
    }

    /// Connections that are kept without a word.
    struct Idle: Codable, Sendable {
        var connections: Int
        var failures: Int
        var residentMebibytes: Double
        var kibibytesPerConnection: Double

        enum CodingKeys: String, CodingKey {
            case connections
            case failures
            case residentMebibytes = "resident_mebibytes"
            case kibibytesPerConnection = "kibibytes_per_connection"
        }
    }

    /// TLS 1.3, one ECDSA P-256 certificate, over kept connections and over new ones.
    struct Secure: Codable, Sendable {
        var requests: Duel
        /// Each with one request after it.
        var handshakes: Duel
    }

    struct Duel: Codable, Sendable {
        var gate: BenchReport.Proxy
        /// Nil when nginx is not installed.
        var nginx: BenchReport.Proxy?
    }

    /// Edits and renewed certificates under load.
    struct Changes: Codable, Sendable {
        var edits: Int
        var renewals: Int
        /// Of clients that every policy in between lets in.
        var requests: Int
        var failures: Int
        /// As the server measured it: on disk, to obeyed by every event loop.
        var activationMilliseconds: Summary

        enum CodingKeys: String, CodingKey {
            case edits
            case renewals
            case requests
            case failures
            case activationMilliseconds = "activation_milliseconds"
        }
    }

    var machine: String
    var guards: Guards?
    var addresses: Addresses?
    var idle: Idle?
    var tls: Secure?
    var changes: Changes?
    /// Formed round by round; above 1 the gate, or the gate with more to do, is the faster one.
    ///
    /// Those that end in `_cpu` are of CPU time per request, the others of requests/s.
    var ratios: [String: Summary] = [:]
    /// Why a part was left out, a sentence each.
    var skipped: [String] = []

    init(machine: String) {
        self.machine = machine
    }
}

extension LayersReport: BenchFigures {
    /// Adds how `lane` fares against `other`, under `name` and `name_cpu`.
    mutating func compare(_ lane: Race.Lane, to other: Race.Lane, as name: String) {
        ratios[name] = Summary.ratio(of: lane.requestsPerSecond, to: other.requestsPerSecond)
        ratios["\(name)_cpu"] = Summary.ratio(
            of: other.cpuSecondsPerRequest,
            to: lane.cpuSecondsPerRequest
        )
    }

    /// The report for people.
    var text: String {
        let parts = [machine, proxyTable, ratioTable] + sentences + skipped
        return parts.compactMap(\.self).joined(separator: "\n\n")
    }

    private var proxyTable: String? {
        let rows: [(String, BenchReport.Proxy?)] = [
            ("guards off", guards?.off), ("guards on", guards?.on),
            ("guards on, 10,000 of each", guards?.onLarge),
            ("TLS requests, gate", tls?.requests.gate),
            ("TLS requests, nginx", tls?.requests.nginx),
            ("TLS handshakes, gate", tls?.handshakes.gate),
            ("TLS handshakes, nginx", tls?.handshakes.nginx),
        ]
        let measured = rows.compactMap { name, proxy in proxy.map { $0.row(named: name) } }
        return measured.isEmpty ? nil : TextTable.aligned([BenchReport.Proxy.head] + measured)
    }

    private var ratioTable: String? {
        let rows = ratios.sorted { $0.key < $1.key }.map { [$0.key, ratioText($0.value)] }
        return rows.isEmpty ? nil : TextTable.aligned(rows)
    }

    private var sentences: [String?] {
        [
            addresses.map {
                """
                addresses: \($0.addresses) in \(number($0.seconds, 0)) s, \($0.inexactAddresses) \
                with a limit that was not exact, \($0.failures) failures, at most \
                \(number($0.peakResidentMebibytes, 1)) MiB
                """
            },
            idle.map {
                """
                idle connections: \($0.connections), \($0.failures) failures, \
                \(number($0.residentMebibytes, 1)) MiB, \
                \(number($0.kibibytesPerConnection, 1)) KiB each
                """
            },
            changes.map {
                """
                changes: \($0.edits) edits and \($0.renewals) certificates, \($0.failures) of \
                \($0.requests) requests failed, activation \
                \(number($0.activationMilliseconds.median, 3)) ms, at worst \
                \(number($0.activationMilliseconds.maximum, 3)) ms
                """
            },
        ]
    }
}
