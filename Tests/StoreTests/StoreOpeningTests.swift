import Foundation
import GRDB
import Policy
import Store
import Testing

@Suite struct StoreOpeningTests {
    private let fixture = StoreFixture()

    @Test func `folder and files belong to this user alone`() async throws {
        let store = try fixture.open()
        try await store.commit(.revision(.numbered(1)), audit: .accepted())
        #expect(try mode(fixture.folder) == 0o700)
        for suffix in ["", "-wal", "-shm", ".lock"] {
            #expect(try mode(fixture.path + suffix) == 0o600, "\(suffix)")
        }
    }

    @Test func `a store that others could read is narrowed`() throws {
        try fixture.open().close()
        try setMode(0o644, fixture.path)
        try fixture.open().close()
        #expect(try mode(fixture.path) == 0o600)
    }

    @Test func `a folder that others may write is refused with the remedy`() throws {
        try FileManager.default.createDirectory(
            atPath: fixture.folder,
            withIntermediateDirectories: false
        )
        try setMode(0o777, fixture.folder)
        let error = opening()
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("chmod 700 \(fixture.folder)") == true)
    }

    @Test func `a second opening is told which process holds the store`() throws {
        let store = try fixture.open()
        let error = opening()
        #expect(error?.code == .lockedByOther)
        #expect(error?.message.contains("process \(getpid())") == true)
        try store.close()
        #expect(opening() == nil)
    }

    @Test func `another process that holds the store is named`() throws {
        try fixture.open().close()
        let holder = Process()
        let output = Pipe()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        holder.arguments = [
            fixture.path + ".lock", "sh", "-c",
            "echo $$ > '\(fixture.path).lock'; echo held; read line",
        ]
        let input = Pipe()
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        let held = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(held == "held\n")
        let error = opening()
        #expect(error?.code == .lockedByOther)
        #expect(error?.message.contains("in use by process") == true)
        #expect(error?.message.contains("process \(getpid());") == false)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        #expect(opening() == nil)
    }

    @Test func `what is no store is refused and left as it was`() throws {
        let hostile: [(name: String, bytes: Data)] = [
            ("empty", Data()),
            ("text", Data("# not a database\n".utf8)),
            ("header only", Data("SQLite format 3\u{0}".utf8)),
            ("noise", Data((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 31) })),
        ]
        try FileManager.default.createDirectory(
            atPath: fixture.folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        for (name, bytes) in hostile {
            try bytes.write(to: URL(fileURLWithPath: fixture.path))
            let error = opening()
            #expect(error?.code == .unreadable, "\(name)")
            #expect(error?.message.contains(fixture.path) == true, "\(name)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes, "\(name)")
        }
    }

    @Test func `the database of another program is refused`() throws {
        try FileManager.default.createDirectory(
            atPath: fixture.folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let foreign = try DatabaseQueue(path: fixture.path)
        try foreign.write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        try foreign.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        let error = opening()
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("another program") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
    }

    @Test func `a store of a newer schema is refused`() async throws {
        try await fixture.writeTrail()
        try fixture.tamper("PRAGMA user_version = 99")
        let error = opening()
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("schema 99") == true)
    }

    @Test(arguments: [1, 50, 100, 4096, 4097, 12_288])
    func `a store cut short is refused`(length: Int) async throws {
        try await fixture.writeTrail()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
        try handle.truncate(atOffset: UInt64(length))
        try handle.close()
        let error = await storeError {
            let store = try fixture.open()
            defer { try? store.close() }
            _ = try await store.runningRevision()
        }
        #expect(error?.code == .unreadable)
    }

    @Test func `a symbolic link in place of the store is refused`() throws {
        try fixture.open().close()
        try FileManager.default.moveItem(atPath: fixture.path, toPath: fixture.path + ".real")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path,
            withDestinationPath: fixture.path + ".real"
        )
        #expect(opening()?.code == .unreadable)
    }

    @Test func `a half-made store is made anew`() throws {
        try fixture.open().close()
        try FileManager.default.moveItem(atPath: fixture.path, toPath: fixture.path + ".new")
        #expect(opening() == nil)
        #expect(!FileManager.default.fileExists(atPath: fixture.path + ".new"))
    }

    @Test func `a folder that cannot be made is named`() {
        let error = #expect(throws: StoreError.self) {
            _ = try PolicyStore(path: "/proc/gatehouse/store.db")
        }
        #expect(error?.code == .readOnly)
        #expect(error?.message.contains("/proc/gatehouse") == true)
    }

    @Test func `a full store refuses, keeps what it has and goes on once there is room`()
        async throws
    {
        try await fixture.writeTrail(revisions: 1)
        let full = try fixture.open(bytesMax: 1)
        var refusal: StoreError?
        var accepted: UInt64 = 1
        while refusal == nil, accepted < 400 {
            refusal = await storeError {
                try await full.commit(.revision(.numbered(accepted + 1)), audit: .accepted())
            }
            if refusal == nil { accepted += 1 }
        }
        #expect(refusal?.code == .full)
        #expect(try await full.runningRevision() == .numbered(accepted))
        try full.close()
        let roomy = try fixture.open()
        try await roomy.commit(.revision(.numbered(accepted + 1)), audit: .accepted())
        #expect(try await roomy.runningRevision() == .numbered(accepted + 1))
        let entries = Int64(accepted) + 2
        #expect(try await roomy.verifyAudit() == .intact(entries: entries))
    }

    @Test(arguments: [
        (ResultCode.SQLITE_BUSY, StoreError.Code.busy),
        (.SQLITE_LOCKED, .busy),
        (.SQLITE_FULL, .full),
        (.SQLITE_READONLY, .readOnly),
        (.SQLITE_READONLY_DBMOVED, .readOnly),
        (.SQLITE_CORRUPT, .unreadable),
        (.SQLITE_NOTADB, .unreadable),
        (.SQLITE_IOERR, .unreadable),
        (.SQLITE_CONSTRAINT, .unreadable),
    ])
    func `every result of the database has its code and a remedy`(
        result: ResultCode,
        code: StoreError.Code
    ) {
        let error = StoreError(DatabaseError(resultCode: result), path: "/var/lib/x.db")
        #expect(error.code == code)
        #expect(error.message.contains("/var/lib/x.db"))
        #expect(error.message.contains(";"))
    }

    /// What opening the store throws, or nil.
    private func opening() -> StoreError? {
        do {
            try fixture.open().close()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    private func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    private func setMode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}
