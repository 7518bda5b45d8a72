import Admin
import Glibc
import Policy
import Testing

/// Who may reach the socket, and which socket may be taken.
@Suite struct AdminSocketTests {
    private static func service() -> InMemoryAdminService {
        let clock = StandingClock()
        return InMemoryAdminService(InMemoryGate(now: { clock.now }))
    }

    private static func server(_ path: String) -> AdminServer {
        AdminServer(socketPath: path, service: { _ in service() })
    }

    private static func permissions(of path: String) -> UInt32? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// A socket that is bound to `path`; it listens when it is asked to.
    private static func bindSocket(_ path: String, listens: Bool) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        if listens { try #require(listen(descriptor, 8) == 0) }
        return descriptor
    }

    @Test func `the socket is 0600 in a folder of 0700, and gone afterwards`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath("run/admin.sock")
        try await AdminStand.running(Self.server(path)) {
            #expect(Self.permissions(of: path) == 0o600)
            #expect(Self.permissions(of: "\(folder.path)/run") == 0o700)
        }
        #expect(Self.permissions(of: path) == nil)
    }

    @Test func `a stale socket of a dead process is replaced`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath()
        close(try Self.bindSocket(path, listens: true))
        #expect(Self.permissions(of: path) != nil)
        try await AdminStand.running(Self.server(path)) {
            try await AdminStand.withClient(path) { client in
                let status = try await client.status()
                #expect(status.revision == RevisionNumber(1))
            }
        }
    }

    @Test func `a socket that a live process holds is left alone`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath()
        let holder = try Self.bindSocket(path, listens: true)
        defer { close(holder) }
        let error = try await #require(throws: AdminError.self) {
            try await Self.server(path).run()
        }
        #expect(error.code == .unavailable)
        #expect(error.message.contains(path))
        #expect(error.message.contains("process \(getpid())"))
        #expect(error.message.contains("--socket PATH"))
        #expect(Self.permissions(of: path) != nil)
    }

    @Test func `two gateways cannot hold one socket, and the first one goes on`() async throws {
        try await AdminStand.serving(Self.service()) { path in
            let error = try await #require(throws: AdminError.self) {
                try await Self.server(path).run()
            }
            #expect(error.message.contains("holds the admin socket"))
            try await AdminStand.withClient(path) { client in
                let status = try await client.status()
                #expect(status.processID == 1)
            }
        }
    }

    @Test func `a file that is no socket is not removed`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath("secret")
        close(open(path, O_WRONLY | O_CREAT, 0o600))
        let error = try await #require(throws: AdminError.self) {
            try await Self.server(path).run()
        }
        #expect(error.message.contains("is not a socket of this user"))
        #expect(Self.permissions(of: path) == 0o600)
    }

    @Test func `a symbolic link is not followed`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath()
        symlink(folder.socketPath("elsewhere.sock"), path)
        await #expect(throws: AdminError.self) { try await Self.server(path).run() }
        #expect(Self.permissions(of: folder.socketPath("elsewhere.sock")) == nil)
    }

    @Test func `a folder in which others could replace the socket is refused`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        chmod(folder.path, 0o777)
        let error = try await #require(throws: AdminError.self) {
            try await Self.server(folder.socketPath()).run()
        }
        #expect(error.code == .forbidden)
        #expect(error.message.contains("chmod 700 \(folder.path)"))
    }

    @Test func `a folder that cannot be made is named`() async throws {
        let error = try await #require(throws: AdminError.self) {
            try await Self.server("/tmp/gatehouse-missing/a/b/admin.sock").run()
        }
        #expect(error.message.contains("/tmp/gatehouse-missing/a/b"))
    }

    @Test func `a path that the system cannot take is named with its length`() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let error = try await #require(throws: AdminError.self) {
            try await Self.server(path).run()
        }
        #expect(error.message.contains("108 bytes"))
        #expect(error.message.contains("107"))
        try await AdminStand.withClient(path) { client in
            await #expect(throws: error) { try await client.status() }
        }
    }

    @Test func `a peer that is not allowed is refused whatever it asks`() async throws {
        try await AdminStand.serving(Self.service(), allowedUserIDs: []) { path in
            for target in ["/v1/status", "/v1/stream", "/nothing"] {
                let answer = try await Curl.run(path, target)
                #expect(answer.status == 403)
                #expect(answer.body.contains("uid \(geteuid())"))
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can act as another user"))
    func `another user is refused even when the socket is open to everyone`() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath()
        try await AdminStand.running(Self.server(path)) {
            let asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            await #expect(throws: Curl.Failure.self) {
                try await Curl.run(path, "/v1/status", prefix: asNobody)
            }
            chmod(folder.path, 0o755)
            chmod(path, 0o666)
            let answer = try await Curl.run(path, "/v1/status", prefix: asNobody)
            #expect(answer.status == 403)
            #expect(answer.body.contains("uid 65534"))
            #expect(try await Curl.run(path, "/v1/status").status == 200)
        }
    }

    @Test func `the author of an edit is the peer, not what the peer says`() async throws {
        let clock = StandingClock()
        let gate = InMemoryGate(now: { clock.now })
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.socketPath()
        let server = AdminServer(socketPath: path) { author in
            InMemoryAdminService(gate, author: author)
        }
        try await AdminStand.running(server) {
            try await AdminStand.withClient(path) { client in
                _ = try await client.apply(
                    .setDebugLogging(true),
                    base: RevisionNumber(1),
                    reason: nil
                )
                let author = try await client.policy().author
                #expect(author.uid == geteuid())
                #expect(author.name == UserName.of(geteuid()))
            }
        }
    }

    @Test func `two hundred idle connections do not keep the operator waiting`() async throws {
        try await AdminStand.serving(Self.service()) { path in
            let idle = (0..<200).map { _ in SocketConnection(path) }
            defer { for connection in idle { connection.close() } }
            #expect(idle.filter(\.isConnected).count == 200)
            try await AdminStand.withClient(path) { client in
                let status = try await client.status()
                #expect(status.revision == RevisionNumber(1))
            }
        }
    }
}
