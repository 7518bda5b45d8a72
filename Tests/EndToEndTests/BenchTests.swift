import Foundation
import Testing

/// The benchmarks run and print what they promise; what they measure is judged by people.
@Suite struct BenchTests {
    @Test func `bench prints its ratios by name`() async throws {
        try await TestFolder.with { folder in
            let outcome = try await Programs.run(
                Programs.gatehouse,
                ["bench", "--quick", "--json"],
                environment: ["TMPDIR": folder.path],
                seconds: 180
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            let report = try #require(outcome.json as? [String: Any], "\(outcome.output)")
            let ratios = try #require(report["ratios"] as? [String: Any])
            let hasNginx =
                try await Programs.run("/bin/sh", ["-c", "command -v nginx"]).status == 0
            let names = ["guards_cost", "guards_cost_cpu"]
            let beside = hasNginx ? ["against_nginx", "against_nginx_cpu"] : []
            #expect(Set(ratios.keys) == Set(names + beside))
            for part in ["direct", "guarded", "unguarded", "edit", "console"] {
                #expect(report[part] is [String: Any], "\(part)")
            }
            #expect(try folder.names() == [])
        }
    }

    @Test func `bench layers finds no inexact limit and no failed request`() async throws {
        try await TestFolder.with { folder in
            let outcome = try await Programs.run(
                Programs.gatehouse,
                ["bench", "layers", "--quick", "--json"],
                environment: ["TMPDIR": folder.path],
                seconds: 240
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            let report = try #require(outcome.json as? [String: Any], "\(outcome.output)")
            let hasNginx =
                try await Programs.run("/bin/sh", ["-c", "command -v nginx"]).status == 0
            let pairs = ["layers_cost", "size_cost"]
            let beside =
                hasNginx ? ["tls_requests_against_nginx", "tls_handshakes_against_nginx"] : []
            let names = (pairs + beside).flatMap { [$0, "\($0)_cpu"] }
            let ratios = try #require(report["ratios"] as? [String: Any])
            #expect(Set(ratios.keys) == Set(names))
            for part in ["guards", "tls"] {
                #expect(report[part] is [String: Any], "\(part)")
            }
            for part in ["addresses", "idle", "changes"] {
                let figures = try #require(report[part] as? [String: Any], "\(part)")
                #expect(figures["failures"] as? Int == 0, "\(figures)")
            }
            let addresses = try #require(report["addresses"] as? [String: Any])
            #expect(addresses["inexact_addresses"] as? Int == 0)
            #expect(try folder.names() == [])
        }
    }
}
