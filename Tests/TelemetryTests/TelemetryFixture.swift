import Policy

@testable import Telemetry

/// A hub whose clock only moves when told to.
final class TelemetryFixture {
    static let start = Timestamp(millisecondsSince1970: 1_790_000_000_000)

    let ledger = UsageLedger()
    let hub: TelemetryHub
    private(set) var now = start
    private(set) var monotonic = MonotonicTime(nanoseconds: 5_000_000_000)

    init() {
        hub = TelemetryHub(ledger: ledger, started: now, at: monotonic)
    }

    func wait(milliseconds: Int64) {
        now.millisecondsSince1970 += milliseconds
        monotonic.nanoseconds += milliseconds * 1_000_000
    }

    @discardableResult
    func tick(afterMilliseconds milliseconds: Int64 = 1000) -> TelemetrySnapshot {
        wait(milliseconds: milliseconds)
        hub.tick(at: now, monotonic: monotonic)
        return hub.latest
    }

    func record(_ call: CallRecord, by recorder: LoopRecorder, times: Int = 1) {
        for _ in 0..<times {
            recorder.record(call, at: now)
        }
    }
}

extension ClientAddress {
    /// 10.0.0.0 + `number`.
    static func v4(_ number: Int) -> Self {
        Self(.v4(0x0A00_0000 + UInt32(number)))
    }

    /// An address in the /64 2001:db8:0:`network`::.
    static func v6(network: UInt64, host: UInt64) -> Self {
        Self(.v6(0x2001_0DB8_0000_0000 + network, host))
    }
}

extension CallRecord {
    static func allowed(
        _ client: ClientAddress = .v4(1),
        key: KeyID? = nil,
        isGraceUse: Bool = false,
        tool: String? = nil,
        status: Int = 200,
        microseconds: Int64 = 100
    ) -> Self {
        CallRecord(
            client: client,
            key: key,
            isGraceUse: isGraceUse,
            method: "tools/call",
            tool: tool,
            status: status,
            latencyNanoseconds: microseconds * 1000,
            requestBytes: 10,
            responseBytes: 20
        )
    }

    static func denied(
        _ reason: ReasonCode,
        _ client: ClientAddress = .v4(1),
        key: KeyID? = nil,
        status: Int = 403
    ) -> Self {
        CallRecord(client: client, key: key, status: status, denial: reason)
    }
}
