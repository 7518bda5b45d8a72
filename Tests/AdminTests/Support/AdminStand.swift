import Admin
import Foundation
import Policy
import Synchronization
import Telemetry

/// A folder of its own for one test; gone afterwards.
struct ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/gatehouse-admin-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ScratchProblem() }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func socketPath(_ name: String = "admin.sock") -> String { "\(path)/\(name)" }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    struct ScratchProblem: Error {}
}

/// A clock that stands until it is moved.
final class StandingClock: Sendable {
    private let moment: Mutex<Timestamp>

    init(_ moment: Timestamp = Timestamp(millisecondsSince1970: 1_795_000_000_000)) {
        self.moment = Mutex(moment)
    }

    var now: Timestamp { moment.withLock { $0 } }

    func advance(bySeconds seconds: Int64) {
        moment.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}

/// A running admin server over a service, for the time of one closure.
enum AdminStand {
    static func serving(
        _ service: any AdminService,
        allowedUserIDs: Set<UInt32> = [geteuid()],
        heartbeat: Duration = .milliseconds(50),
        socketPath: String? = nil,
        _ body: (_ socketPath: String) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = socketPath ?? folder.socketPath()
        let server = AdminServer(
            socketPath: path,
            allowedUserIDs: allowedUserIDs,
            heartbeat: heartbeat,
            service: { _ in service }
        )
        try await running(server) { try await body(path) }
    }

    /// Waits until `server` takes connections, runs `body`, stops the server.
    static func running(
        _ server: AdminServer,
        _ body: () async throws -> Void
    ) async throws {
        let (listening, ready) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { ready.finish() }
                try await server.run { ready.yield() }
            }
            guard await listening.first(where: { _ in true }) != nil else {
                try await group.waitForAll()
                return
            }
            try await body()
            group.cancelAll()
        }
    }

    static func withClient(
        _ socketPath: String,
        _ body: (AdminClient) async throws -> Void
    ) async throws {
        let client = AdminClient(socketPath: socketPath)
        do {
            try await body(client)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }
}
