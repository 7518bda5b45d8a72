import Admin
import Control
import Foundation
import Logging
import Policy
import Store
import Synchronization
import Telemetry

/// Two clocks that stand still until a test moves them.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(0)
    /// By how much the clock for people was set forward.
    private let shift = Mutex<Int64>(0)

    static let start = Timestamp(millisecondsSince1970: 1_790_000_000_000)

    var now: Timestamp {
        Timestamp(
            millisecondsSince1970: Self.start.millisecondsSince1970
                + milliseconds.withLock { $0 } + shift.withLock { $0 }
        )
    }

    var monotonic: MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds.withLock { $0 } * 1_000_000)
    }

    func advance(seconds: Int64) {
        milliseconds.withLock { $0 += seconds * 1000 }
    }

    /// Sets the clock for people, which the other does not follow.
    func setForward(seconds: Int64) {
        shift.withLock { $0 += seconds * 1000 }
    }

    var controlClock: ControlClock {
        ControlClock(wall: { self.now }, monotonic: { self.monotonic })
    }
}

/// A folder for a store that goes away with the test.
final class StoreFolder: Sendable {
    let path: String
    var storePath: String { path + "/gatehouse.db" }

    init() {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("control-\(UUID().uuidString)").path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A control plane over a real store, without a data plane.
struct TestGate {
    static let ana = Author(uid: 1000, name: "ana")

    let store: PolicyStore
    let opening: ControlOpening
    let live: LivePolicy
    let ledger: UsageLedger
    let failures: FailureLedger
    let tools: ToolWatch
    let telemetry: TelemetryHub
    let plane: ControlPlane
    let clock: TestClock
    var service: any AdminService { plane.service(for: Self.ana) }

    static func start(
        in folder: StoreFolder,
        seed values: [String: String] = ["HTTP_AUTH_ENABLED": "false"],
        clock: TestClock = TestClock(),
        storeBytesMax: Int = PolicyStore.bytesMax
    ) async throws -> TestGate {
        let store = try PolicyStore(path: folder.storePath, bytesMax: storeBytesMax)
        let opening = try await ControlPlane.start(
            store: store,
            seed: try EnvironmentSeed.read(values),
            author: Author(uid: 0, name: "gatehouse"),
            keyEnvironment: "test",
            clock: clock.controlClock,
            derivePassword: derivePassword
        )
        let live = LivePolicy(opening.enforced)
        let ledger = UsageLedger()
        let failures = FailureLedger()
        opening.restoreBlocks(to: ledger, failures, clock: clock.controlClock)
        let tools = ToolWatch()
        tools.restore(opening.toolPins)
        let telemetry = TelemetryHub(ledger: ledger, started: clock.now, at: clock.monotonic)
        let plane = ControlPlane(
            store: store,
            opening: opening,
            live: live,
            ledger: ledger,
            failures: failures,
            tools: tools,
            telemetry: telemetry,
            clock: clock.controlClock,
            facts: GateFacts(
                version: "1.2.3",
                processID: 77,
                started: clock.now,
                listenAddress: "127.0.0.1:8080",
                eventLoops: 2,
                keyEnvironment: "test"
            ),
            ports: ControlPorts(derivePassword: derivePassword),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return TestGate(
            store: store,
            opening: opening,
            live: live,
            ledger: ledger,
            failures: failures,
            tools: tools,
            telemetry: telemetry,
            plane: plane,
            clock: clock
        )
    }

    /// As quick as the real one is slow; the salt makes equal passwords differ.
    private static let derivePassword: PasswordDerivationStep = { password in
        let salt = (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        let digest = SecretDigest(of: Secret(salt + password.revealed()))
        return (digest, PasswordDerivation(salt: salt))
    }

    func tick() async {
        telemetry.tick(at: clock.now, monotonic: clock.monotonic)
        await plane.tick()
    }

    /// Applies an edit to whatever is current.
    @discardableResult
    func apply(_ edit: PolicyEdit, reason: String? = nil) async throws -> EditOutcome {
        try await service.apply(edit, base: await service.policy().number, reason: reason)
    }

    func audit() async throws -> [AuditEntry] {
        try await store.auditEntries(after: 0, limit: 1000)
    }

    /// What the data plane says to a presented key.
    func verdict(on secret: Secret) -> CredentialVerdict {
        live.current.snapshot.verify(SecretDigest(of: secret), at: clock.now)
    }
}

extension PolicyEdit {
    static func blockSeconds(_ seconds: Int64) -> PolicyEdit {
        .setLimits(LimitRules(blockSeconds: seconds))
    }

    static func allow(_ prefix: String) throws -> PolicyEdit {
        .addEntry(.allowlist, AddressEntry(prefix: try AddressPrefix(parsing: prefix)))
    }
}

/// The error that `body` throws, or nil.
func adminError(_ body: () async throws -> Void) async -> AdminError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? AdminError
    }
}
