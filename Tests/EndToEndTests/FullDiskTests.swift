import Foundation
import Testing

/// A disk that is full: what was acknowledged stays, what does not fit is refused.
@Suite struct FullDiskTests {
    @Test func `an edit that does not fit is refused and loses nothing`() async throws {
        try await TestFolder.with { folder in
            try await withSmallDisk(in: folder) { disk in
                let store = ["--store", "\(disk)/gatehouse.sqlite"]
                let kept = try await TestGate.with(folder, arguments: store) { gate in
                    let kept = try await fill(disk, whileEditing: gate)
                    kill(gate.processID, SIGKILL)
                    return kept
                }
                try FileManager.default.removeItem(atPath: "\(disk)/filler")
                try await TestGate.with(folder, arguments: store) { gate in
                    let list = try await gate.command("deny", "list", "--json")
                    for network in kept {
                        #expect(list.output.contains("\"\(network)\""))
                    }
                    let next = try await gate.command("deny", "add", "10.255.0.0/16")
                    #expect(next.status == 0, "\(next.errors)")
                }
            }
        }
    }

    /// Edits until one is refused.
    ///
    /// - Returns: What was acknowledged before.
    private func fill(_ disk: String, whileEditing gate: TestGate) async throws -> [String] {
        let filler = ["-c", "dd if=/dev/zero of=\(disk)/filler bs=4096 2>/dev/null"]
        _ = try await Programs.run("/bin/sh", filler)
        var kept: [String] = []
        for number in 1...200 {
            let network = "10.\(number).0.0/16"
            let outcome = try await gate.command("deny", "add", network)
            guard outcome.status != 0 else {
                kept.append(network)
                continue
            }
            #expect(outcome.status == 74)
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains("disk"), "\(outcome.errors)")
            #expect(try await gate.call().status == 200, "it goes on serving")
            let list = try await gate.command("deny", "list", "--json")
            #expect(!list.output.contains(network), "refused, so not in force")
            return kept
        }
        Issue.record("no edit was refused on a full disk")
        return kept
    }

    private func withSmallDisk(
        in folder: TestFolder,
        _ body: (String) async throws -> Void
    ) async throws {
        let disk = "\(folder.path)/disk"
        try FileManager.default.createDirectory(
            atPath: disk,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let options = ["-t", "tmpfs", "-o", "size=512k,mode=700", "gatehouse-test", disk]
        guard try await Programs.run("mount", options).status == 0 else {
            try Test.cancel("this system lets no small disk be mounted; it takes root")
        }
        do {
            try await body(disk)
        } catch {
            _ = try await Programs.run("umount", ["--lazy", disk])
            throw error
        }
        _ = try await Programs.run("umount", ["--lazy", disk])
    }
}
