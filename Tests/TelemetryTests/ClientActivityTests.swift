import Policy
import Testing

@testable import Telemetry

struct ClientActivityTests {
    private let gate = TelemetryFixture()

    @Test func `tells what a client did, the latest of each`() throws {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(key: KeyID("aaaaaaaa"), tool: "echo"), by: recorder, times: 2)
        gate.tick()
        gate.record(.denied(.keyRateLimited, key: KeyID("bbbbbbbb")), by: recorder)
        gate.tick()
        let client = try #require(gate.hub.latest.clients.first)
        #expect(
            client
                == ClientActivity(
                    address: "10.0.0.1",
                    requestsPerMinute: 3,
                    denialsPerMinute: 1,
                    totalRequests: 3,
                    totalDenials: 1,
                    lastDenial: .keyRateLimited,
                    lastKey: KeyID("bbbbbbbb"),
                    lastTool: "echo",
                    firstSeen: TelemetryFixture.start,
                    lastSeen: TelemetryFixture.start.advanced(bySeconds: 1)
                )
        )
    }

    @Test func `a minute slides and totals stay`() throws {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(), by: recorder, times: 5)
        gate.tick()
        for _ in 0..<59 { gate.tick() }
        #expect(gate.hub.latest.clients.first?.requestsPerMinute == 5)
        gate.tick()
        #expect(gate.hub.latest.clients.first?.requestsPerMinute == 0)
        #expect(gate.hub.latest.clients.first?.totalRequests == 5)
    }

    @Test func `counts an IPv6 client as its network of 64 bits`() {
        let recorder = gate.hub.makeRecorder()
        for host: UInt64 in 1...50 {
            gate.record(.allowed(.v6(network: 7, host: host)), by: recorder)
        }
        gate.tick()
        #expect(gate.hub.latest.clientCount == 1)
        #expect(gate.hub.latest.clients.first?.address == "2001:db8:0:7::/64")
        #expect(gate.hub.latest.clients.first?.totalRequests == 50)
    }

    @Test func `joins what several loops saw of one client`() throws {
        let (first, second) = (gate.hub.makeRecorder(), gate.hub.makeRecorder())
        gate.record(.allowed(tool: "late"), by: second)
        gate.wait(milliseconds: 10)
        gate.record(.denied(.banned), by: first)
        gate.tick()
        let client = try #require(gate.hub.latest.clients.first)
        #expect(gate.hub.latest.clientCount == 1)
        #expect(client.totalRequests == 2)
        #expect(client.lastTool == "late")
        #expect(client.lastDenial == .banned)
        #expect(client.firstSeen == TelemetryFixture.start)
        #expect(
            client.lastSeen.millisecondsSince1970 == client.firstSeen.millisecondsSince1970 + 10
        )
    }

    @Test func `lists the 100 most active first`() {
        let recorder = gate.hub.makeRecorder()
        for number in 1...150 {
            gate.record(.allowed(.v4(number)), by: recorder, times: number)
        }
        gate.tick()
        #expect(gate.hub.latest.clientCount == 150)
        #expect(gate.hub.latest.clients.map(\.requestsPerMinute) == (51...150).reversed())
    }

    @Test func `a flood of addresses cannot push out a busy client nor falsify a total`() {
        let recorder = gate.hub.makeRecorder()
        var sent: UInt64 = 0
        for wave in 0..<6 {
            gate.record(.allowed(.v4(0)), by: recorder, times: 50)
            for number in 0..<6000 {
                let stranger = ClientAddress.v4(1 + wave * 6000 + number)
                gate.record(.denied(.credentialsMissing, stranger), by: recorder)
                if number % 100 == 0 { gate.record(.allowed(.v4(0)), by: recorder) }
            }
            sent += 50 + 6000 + 60
            gate.tick()
        }
        let snapshot = gate.hub.latest
        #expect(snapshot.totals.requests == sent)
        #expect(snapshot.totals.denials == 36_000)
        #expect(snapshot.clientCount <= ClientTable.clientsMax)
        #expect(snapshot.clients.first?.address == "10.0.0.0")
        #expect(snapshot.clients.first?.totalRequests == 660)
    }

    @Test func `cuts a tool's name that a client made long`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(tool: String(repeating: "é", count: 100_000)), by: recorder)
        gate.tick()
        let expected = String(repeating: "é", count: 128)
        #expect(gate.hub.latest.clients.first?.lastTool == expected)
    }
}
