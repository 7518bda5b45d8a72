import AsyncHTTPClient
import Foundation
import MCP
import NIOCore
import NIOHTTP1

/// Where public keys are: a file, or a server that is asked over TLS or on loopback.
enum KeySetPlace: Equatable, Sendable {
    /// An absolute path.
    case file(String)
    /// An absolute URL without user, fragment and backslash.
    case server(String)

    private static let textBytesMax = 2048

    /// Reads what a policy says; nil for a relative path, plain `http:` to another machine, and
    /// anything that two readers could understand differently.
    init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax, text.utf8.allSatisfy(ASCII.isVisible) else {
            return nil
        }
        if text.utf8.first == ASCII.slash {
            self = .file(text)
        } else if Self.isServer(text) {
            self = .server(text)
        } else {
            return nil
        }
    }

    private static func isServer(_ text: String) -> Bool {
        guard !text.utf8.contains(where: { "\\@#".utf8.contains($0) }) else { return false }
        for (scheme, isPlain) in [("https://", false), ("http://", true)]
        where text.utf8.starts(with: scheme.utf8) {
            let rest = text.utf8.dropFirst(scheme.utf8.count)
            let authority = rest.prefix { $0 != ASCII.slash && $0 != UInt8(ascii: "?") }
            return !authority.isEmpty && (!isPlain || isLoopback(Array(authority)))
        }
        return false
    }

    /// `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
    private static func isLoopback(_ authority: [UInt8]) -> Bool {
        ["localhost", "127.0.0.1", "[::1]"].contains { host in
            guard authority.starts(with: host.utf8) else { return false }
            let port = authority.dropFirst(host.utf8.count)
            guard port.first == ASCII.colon else { return port.isEmpty }
            return (1...5).contains(port.count - 1) && port.dropFirst().allSatisfy(ASCII.isDigit)
        }
    }

    var pace: KeySetSchedule.Pace {
        switch self {
        case .file: .file
        case .server: .server
        }
    }

    /// What a fetch brought.
    enum Delivery: Equatable, Sendable {
        /// The keys are still those that `validator` stands for.
        case unchanged(freshSeconds: Int64?)
        case document([UInt8], validator: String?, freshSeconds: Int64?)
    }

    /// Fetches what is there, unless it is still what `validator` stands for.
    func fetch(
        unless validator: String?,
        with client: HTTPClient
    ) async throws(KeySetProblem) -> Delivery {
        switch self {
        case .file(let path): try KeySetFile(path).fetch(unless: validator)
        case .server(let url): try await KeySetServer(url, client).fetch(unless: validator)
        }
    }
}

/// A file with public keys.
private struct KeySetFile {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Reads the file that was looked at, even when another takes its place meanwhile.
    func fetch(unless validator: String?) throws(KeySetProblem) -> KeySetPlace.Delivery {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreachable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreachable }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & S_IWOTH == 0 else {
            throw .fileRefused
        }
        guard status.st_size <= KeySet.bytesMax else { throw .tooLarge }
        let stamp =
            "\(status.st_dev)-\(status.st_ino)-\(status.st_size)"
            + "-\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        if validator?.hasSameBytes(as: stamp) == true { return .unchanged(freshSeconds: nil) }
        return .document(try content(of: descriptor), validator: stamp, freshSeconds: nil)
    }

    private func content(of descriptor: Int32) throws(KeySetProblem) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while content.count <= KeySet.bytesMax {
            let count = read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw .unreachable }
            if count == 0 { return content }
            content += chunk[..<count]
        }
        throw .tooLarge
    }
}

/// A server with public keys.
private struct KeySetServer {
    /// From the connection to the last byte.
    private static let timeout = TimeAmount.seconds(5)
    private static let validatorBytesMax = 256

    private let url: String
    private let client: HTTPClient

    init(_ url: String, _ client: HTTPClient) {
        self.url = url
        self.client = client
    }

    func fetch(unless validator: String?) async throws(KeySetProblem) -> KeySetPlace.Delivery {
        do {
            return try await exchange(unless: validator)
        } catch let problem as KeySetProblem {
            throw problem
        } catch is NIOTooManyBytesError {
            throw .tooLarge
        } catch {
            throw .unreachable
        }
    }

    /// The client's deadline covers the head only, so the body gets one of its own.
    private func exchange(unless validator: String?) async throws -> KeySetPlace.Delivery {
        try await withThrowingTaskGroup(of: KeySetPlace.Delivery.self) { group in
            group.addTask { try await request(unless: validator) }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(Self.timeout.nanoseconds))
                throw KeySetProblem.unreachable
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw KeySetProblem.unreachable }
            return first
        }
    }

    private func request(unless validator: String?) async throws -> KeySetPlace.Delivery {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
        request.headers.add(name: "user-agent", value: "gatehouse")
        if let validator { request.headers.add(name: "if-none-match", value: validator) }
        let response = try await client.execute(request, timeout: Self.timeout)
        let freshSeconds = CacheLifetime.seconds(response.headers["cache-control"])
        if response.status == .notModified, validator != nil {
            return .unchanged(freshSeconds: freshSeconds)
        }
        guard response.status == .ok else { throw KeySetProblem.statusRefused }
        let body = try await response.body.collect(upTo: KeySet.bytesMax)
        let tag = response.headers.first(name: "etag")
        return .document(
            Array(body.readableBytesView),
            validator: tag.flatMap { $0.utf8.count <= Self.validatorBytesMax ? $0 : nil },
            freshSeconds: freshSeconds
        )
    }
}

/// How long an answer says that it may be kept: `max-age` of RFC 9111.
enum CacheLifetime {
    /// Nil where nothing is said; 0 for `no-store` and `no-cache`.
    static func seconds(_ fields: [String]) -> Int64? {
        var seconds: Int64?
        for directive in fields.joined(separator: ",").utf8.split(separator: ASCII.comma) {
            let word = directive.filter { $0 != ASCII.space && $0 != ASCII.tab }.map(ASCII.folded)
            if word.elementsEqual("no-store".utf8) || word.elementsEqual("no-cache".utf8) {
                return 0
            }
            guard word.starts(with: "max-age=".utf8) else { continue }
            let digits = word.dropFirst("max-age=".utf8.count)
            guard (1...9).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { continue }
            let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
            seconds = min(seconds ?? value, value)
        }
        return seconds
    }
}
