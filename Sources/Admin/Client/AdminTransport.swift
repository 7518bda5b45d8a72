import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Policy

/// Carries requests to the admin socket and turns whatever goes wrong into an `AdminError`.
struct AdminTransport: Sendable {
    /// Answers with more are refused: a policy of 100,000 keys has about 40 MB.
    private static let answerBytesMax = 134_217_728
    /// From the call to the last byte of the answer.
    private static let callTimeout = TimeAmount.seconds(5)
    /// Without a byte for so long the gateway counts as gone; it sends one at least every 5 s.
    static let silenceSecondsMax: Int64 = 15

    let socketPath: String
    private let client: HTTPClient
    /// One thread for all clients of the process: an operator's calls are few, and every thread that
    /// wakes for a snapshot costs an idle machine something.
    private static let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init(socketPath: String) {
        self.socketPath = socketPath
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(2), read: .seconds(Self.silenceSecondsMax))
        )
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than the server's, so that no request meets a connection that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(30)
        client = HTTPClient(
            eventLoopGroupProvider: .shared(Self.loop),
            configuration: configuration
        )
    }

    func shutdown() async {
        do {
            try await client.shutdown()
        } catch {
            // Connections that did not close in order are gone all the same.
        }
    }

    /// - Returns: The body of a successful answer.
    func call(_ request: AdminRequest) async throws(AdminError) -> [UInt8] {
        do {
            let response = try await client.execute(
                try prepare(request),
                timeout: Self.callTimeout
            )
            let buffer = try await response.body.collect(upTo: Self.answerBytesMax)
            let bytes = Array(buffer.readableBytesView)
            guard (200...299).contains(response.status.code) else {
                throw refusal(bytes, status: response.status.code)
            }
            return bytes
        } catch {
            throw adminError(for: error)
        }
    }

    /// - Returns: The chunks of an event stream; the connection ends with the consuming task.
    func open(_ request: AdminRequest) async throws(AdminError) -> HTTPClientResponse.Body {
        do {
            let response = try await client.execute(
                try prepare(request),
                deadline: .distantFuture
            )
            guard response.status == .ok else {
                let buffer = try await response.body.collect(upTo: Self.answerBytesMax)
                throw refusal(Array(buffer.readableBytesView), status: response.status.code)
            }
            return response.body
        } catch {
            throw adminError(for: error)
        }
    }

    private func prepare(_ request: AdminRequest) throws(AdminError) -> HTTPClientRequest {
        if let problem = AdminSocketPath.problem(with: socketPath) {
            throw AdminError(.invalidRequest, problem)
        }
        let authority = PercentCoding.encode(socketPath)
        var prepared = HTTPClientRequest(url: "http+unix://\(authority)\(request.target)")
        prepared.method = request.method
        prepared.headers.add(name: "host", value: "gatehouse")
        if let base = request.base {
            prepared.headers.add(name: "if-match", value: "\"\(base)\"")
        }
        if let body = request.body {
            prepared.headers.add(name: "content-type", value: "application/json")
            prepared.body = .bytes(ByteBuffer(bytes: body))
        }
        return prepared
    }

    private func refusal(_ bytes: [UInt8], status: UInt) -> AdminError {
        if let problem = try? AdminJSON.decodeAnswer(AdminProblem.self, from: bytes) {
            return problem.error
        }
        return AdminError(
            .internalFailure,
            "The process behind \(socketPath) answered with status \(status) and no explanation."
                + " Is it a gateway?"
        )
    }

    func adminError(for error: any Error) -> AdminError {
        switch error {
        case let error as AdminError: error
        case let error as IOError: adminError(forSystem: error)
        case let error as HTTPClientError
        where error == .readTimeout || error == .deadlineExceeded:
            AdminError(
                .unavailable,
                "The gateway behind \(socketPath) does not answer in time. See whether its process"
                    + " still runs."
            )
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            AdminError(.unavailable, "The gateway behind \(socketPath) went away.")
        case is DecodingError, is NIOTooManyBytesError:
            AdminError(
                .internalFailure,
                "The gateway behind \(socketPath) gave an answer that this version cannot read."
            )
        default:
            AdminError(.unavailable, "The gateway behind \(socketPath) cannot be used: \(error).")
        }
    }

    private func adminError(forSystem error: IOError) -> AdminError {
        switch error.errnoCode {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            AdminError(
                .unavailable,
                "No gateway answers on \(socketPath). Start one with: gatehouse serve"
            )
        case EACCES, EPERM:
            AdminError(
                .forbidden,
                "This user may not use \(socketPath). Run the command as the user that runs the"
                    + " gateway, or as root."
            )
        default:
            AdminError(.unavailable, "The gateway behind \(socketPath) went away: \(error).")
        }
    }
}

/// One request to the admin endpoint.
struct AdminRequest: Sendable {
    var method: HTTPMethod
    /// Path and query, encoded.
    var target: String
    var base: RevisionNumber?
    var body: Data?

    init(
        _ method: HTTPMethod,
        _ path: String,
        query: [(name: String, value: String?)] = [],
        base: RevisionNumber? = nil,
        body: Data? = nil
    ) {
        self.method = method
        self.base = base
        self.body = body
        let pairs = query.compactMap { item in
            item.value.map { "\(item.name)=\(PercentCoding.encode($0))" }
        }
        target = pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }
}
