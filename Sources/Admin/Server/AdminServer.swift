import Glibc
import Hummingbird
package import Logging
import NIOCore
package import Policy
import ServiceLifecycle
import Synchronization

/// The admin endpoint: HTTP and JSON over a Unix socket that only its owner and root can use.
///
/// Try it by hand:
///
/// ```sh
/// curl --unix-socket "$XDG_RUNTIME_DIR/gatehouse/admin.sock" http://localhost/v1/status
/// ```
package struct AdminServer: Sendable {
    /// Connections at once; more wait in the backlog.
    private static let connectionsMax = 1024
    /// How long streams and calls may go on once the server is to end.
    private static let drainMax = Duration.seconds(1)
    /// A connection without a request for so long is closed.
    private static let idleSecondsMax: Int64 = 60

    private let socketPath: String
    private let responder: AdminResponder

    /// - Parameters:
    ///   - socketPath: At most 107 bytes; its folder is made with mode 0700 if it is missing.
    ///   - allowedUserIDs: Whom the kernel may name as the peer of a connection.
    ///   - heartbeat: How often the stream shows that the gateway is there.
    ///   - logger: Told of refused peers and of failures.
    ///   - service: Makes the service that acts for an author.
    package init(
        socketPath: String,
        allowedUserIDs: Set<UInt32> = [0, geteuid()],
        heartbeat: Duration = .seconds(5),
        logger: Logger = .quiet,
        service: @escaping @Sendable (Author) -> any AdminService
    ) {
        self.socketPath = socketPath
        responder = AdminResponder(
            service: service,
            allowedUserIDs: allowedUserIDs,
            heartbeat: heartbeat,
            logger: logger
        )
    }

    /// Serves until the task is cancelled, then removes the socket.
    ///
    /// While the socket is bound, for well under a millisecond, the process's umask is 077.
    /// - Parameter onListening: Called once, when the socket takes connections.
    /// - Throws: `.unavailable`, `.forbidden` or `.invalidRequest` when the socket cannot be had,
    ///   with the path and the remedy.
    package func run(
        onListening: @escaping @Sendable () async -> Void = {}
    ) async throws(AdminError) {
        let binding = SocketBinding(try AdminSocketClaim(socketPath))
        let application = Application(
            responder: responder,
            server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSecondsMax))),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socketPath),
                serverName: "gatehouse",
                availableConnectionsDelegate: .maximum(Self.connectionsMax, logger: .silent)
            ),
            onServerRunning: { _ in
                binding.finish()
                await onListening()
            },
            logger: .silent
        )
        do {
            try await Self.serve(application)
        } catch {
            guard Task.isCancelled || binding.isListening else {
                binding.abandon()
                throw AdminError(
                    .unavailable,
                    "Cannot listen on the admin socket \(socketPath): \(error). Choose another"
                        + " place with --socket PATH."
                )
            }
        }
        binding.abandon()
    }

    /// Runs until the task is cancelled.
    ///
    /// The server is then asked to end, not cancelled: a cancelled one drops connections that it
    /// has accepted and not begun to serve, and SwiftNIO traps on a connection dropped like that.
    /// It therefore runs in a task of its own, which this one waits for.
    private static func serve(_ application: some Service) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [application],
            gracefulShutdownSignals: [],
            logger: .silent
        )
        configuration.maximumGracefulShutdownDuration = drainMax
        let group = ServiceGroup(configuration: configuration)
        let serving = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}

/// The time from the claim of the path to the moment the socket takes connections, and what must be
/// put back whichever way it ends.
private final class SocketBinding: Sendable {
    private enum State {
        case binding(AdminSocketClaim)
        case listening(path: String, inode: UInt64)
        case gone
    }

    private let state: Mutex<State>

    init(_ claim: AdminSocketClaim) {
        PrivateUmask.enter()
        state = Mutex(.binding(claim))
    }

    var isListening: Bool {
        state.withLock { state in
            if case .listening = state { true } else { false }
        }
    }

    /// The socket is bound: its mode becomes 0600, the mask and the folder's lock are given back.
    func finish() {
        state.withLock { state in
            guard case .binding(let claim) = state else { return }
            chmod(claim.path, 0o600)
            PrivateUmask.leave()
            claim.release()
            state = .listening(path: claim.path, inode: Self.inode(of: claim.path))
        }
    }

    /// Removes the socket, unless another process has put its own there since.
    func abandon() {
        state.withLock { state in
            switch state {
            case .binding(let claim):
                PrivateUmask.leave()
                claim.release()
            case .listening(let path, let inode):
                if Self.inode(of: path) == inode { unlink(path) }
            case .gone: break
            }
            state = .gone
        }
    }

    private static func inode(of path: String) -> UInt64 {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }
}

/// A umask of 077 for as long as somebody binds a socket; the mask belongs to the whole process.
private enum PrivateUmask {
    private static let state = Mutex<(depth: Int, previous: mode_t)>((0, 0))

    static func enter() {
        state.withLock { state in
            if state.depth == 0 { state.previous = umask(0o077) }
            state.depth += 1
        }
    }

    static func leave() {
        state.withLock { state in
            state.depth -= 1
            if state.depth == 0 { umask(state.previous) }
        }
    }
}

extension Logger {
    /// For what the HTTP library says of itself: an error for every orderly end.
    fileprivate static var silent: Logger {
        Logger(label: "gatehouse.admin.http") { _ in SwiftLogNoOpLogHandler() }
    }

    /// Warnings and worse only.
    package static var quiet: Logger {
        var logger = Logger(label: "gatehouse.admin")
        logger.logLevel = .warning
        return logger
    }
}
