import Foundation
import Testing

/// An operator at the console of a running gate, and what callers then meet.
@Suite(.serialized) struct ConsoleFlowTests {
    @Test func `the numbers move with the calls`() async throws {
        try await atTheConsole { gate, tmux in
            for _ in 1...3 { _ = try await gate.call(from: "127.0.2.1") }
            try await tmux.wait(until: "a rate above 0") { rate(on: $0) > 0 }
            try await tmux.show("2", filter: "127.0.2.1")
            try await tmux.wait(until: "3 requests") { requests(of: "127.0.2.1", on: $0) == 3 }
            for _ in 1...2 { _ = try await gate.call(from: "127.0.2.1") }
            try await tmux.wait(until: "5 requests") { requests(of: "127.0.2.1", on: $0) == 5 }
            try await tmux.wait(until: "a rate of 0 again") { rate(on: $0) == 0 }
        }
    }

    @Test func `an allowlist entry is reviewed, enforced and undone`() async throws {
        try await atTheConsole { gate, tmux in
            try await tmux.type("5")
            try await tmux.wait(for: "every address")
            try await tmux.open("a", showing: "Add to an access list")
            try await tmux.type("127.0.3.0/24")
            let review = try await tmux.commit()
            #expect(review.contains("+ allowlist 127.0.3.0/24"))
            #expect(review.contains("who may connect: everyone → only networks on the allowlist"))
            try await tmux.wait(for: "rev 2 in force on every loop after")
            #expect(try await gate.call(from: "127.0.3.9").status == 200)
            let refused = try await gate.call(from: "127.0.4.9")
            #expect(refused.status == 403)
            #expect(refused.reason == "address_not_allowed")

            let undo = try await tmux.commit(pressing: "u")
            #expect(undo.contains("- allowlist 127.0.3.0/24"))
            try await tmux.wait(for: "rev 3 in force on every loop after")
            #expect(try await gate.call(from: "127.0.4.9").status == 200)
        }
    }

    @Test func `a bad address is refused in the form, in words`() async throws {
        try await atTheConsole { gate, tmux in
            try await tmux.type("5")
            try await tmux.wait(for: "every address")
            try await tmux.open("a", showing: "Add to an access list")
            try await tmux.type("127.0.3.1/24\n")
            try await tmux.wait(for: "127.0.3.0/24")
            let list = try await gate.command("allow", "list", "--json")
            #expect(list.output == "[]\n")
        }
    }

    @Test func `a rotated key's secret is masked until asked for, and both secrets work`()
        async throws
    {
        try await atTheConsole { gate, tmux in
            let created = try await gate.command("keys", "create", "ci-runner")
            let old = created.output.trimmingCharacters(in: .newlines)
            try await tmux.show("7", filter: "ci-runner")
            try await tmux.open("R", showing: "Rotate key")
            try await tmux.commit()
            let masked = try await tmux.waitForDialog("New secret of key")
            #expect(masked.contains("••••"))
            #expect(secret(on: masked) == nil)
            try await tmux.press("r")
            let revealed = try await tmux.wait(until: "a secret") { secret(on: $0) != nil }
            let new = try #require(secret(on: revealed))
            #expect(new != old)
            #expect(try await gate.call(key: new).status == 200)
            #expect(try await gate.call(key: old).status == 200)

            try await tmux.open("Enter", showing: "Have you stored it?")
            try await tmux.press("Tab", "Enter")
            let after = try await tmux.wait(for: "grace 23h")
            #expect(secret(on: after) == nil)
            #expect(after.contains("rev 3 in force on every loop after"))
        }
    }

    @Test func `a client banned from its row is refused at its next call`() async throws {
        try await atTheConsole { gate, tmux in
            #expect(try await gate.call(from: "127.0.7.7").status == 200)
            try await tmux.show("2", filter: "127.0.7.7")
            let form = try await tmux.open("b", showing: "Ban an address")
            #expect(form.contains("Address 127.0.7.7"))
            let review = try await tmux.commit()
            #expect(review.contains("127.0.7.7"))
            try await tmux.wait(for: "✗ banned")
            let refused = try await gate.call(from: "127.0.7.7")
            #expect(refused.status == 403)
            #expect(refused.reason == "banned")
            #expect(try await gate.call(from: "127.0.7.8").status == 200)

            try await tmux.commit(pressing: "b")
            try await tmux.wait(for: "✓ allowed")
            #expect(try await gate.call(from: "127.0.7.7").status == 200)
        }
    }

    @Test func `a gate that dies is shown as stale, and live again when it is back`() async throws {
        try await TestFolder.with { folder in
            try await Tmux.with("gatehouse console --socket \(folder.path)/admin.sock") { tmux in
                try await tmux.wait(for: "connecting")
                try await TestGate.with(folder) { gate in
                    try await tmux.wait(for: "● live")
                    kill(gate.processID, SIGKILL)
                    try await tmux.wait(for: "STALE")
                }
                try await TestGate.with(folder) { gate in
                    let screen = try await tmux.wait(for: "● live", within: 30)
                    #expect(!screen.contains("STALE"))
                    #expect(screen.contains("127.0.0.1:\(gate.port)"))
                }
            }
        }
    }

    private func atTheConsole(
        _ body: @escaping @Sendable (TestGate, Tmux) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                try await Tmux.with("gatehouse console --socket \(gate.socket)") { tmux in
                    try await tmux.wait(for: "● live")
                    try await body(gate, tmux)
                    try await tmux.press("Escape")
                }
            }
        }
    }

    /// Requests a second, as the header has it.
    private func rate(on screen: String) -> Int {
        screen.firstMatch(of: #/req +(\d+)\/s/#).flatMap { Int($0.1) } ?? -1
    }

    /// The number in the column REQ/MIN of a client's row.
    private func requests(of address: String, on screen: String) -> Int? {
        let lines = screen.split(separator: "\n")
        guard let header = lines.first(where: { $0.contains("REQ/MIN") }),
            let row = lines.first(where: { $0.hasPrefix(address) }),
            let end = header.range(of: "REQ/MIN")?.upperBound
        else { return nil }
        let column = header.distance(from: header.startIndex, to: end)
        return row.prefix(column).split(separator: " ").last.flatMap { Int($0) }
    }

    private func secret(on screen: String) -> String? {
        screen.firstMatch(of: #/mcpk_prod_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}/#).map { String($0.0) }
    }
}
