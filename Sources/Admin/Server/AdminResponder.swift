import Hummingbird
import Logging
import NIOCore
import Policy

/// What the responder needs to know of a request beside the request: the channel it came through.
struct AdminRequestContext: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Answers the requests of the admin endpoint.
struct AdminResponder: HTTPResponder {
    /// Requests with more are answered 413.
    static let bodyBytesMax = 8_388_608

    let service: @Sendable (Author) -> any AdminService
    let allowedUserIDs: Set<UInt32>
    let heartbeat: Duration
    let logger: Logger

    func respond(to request: Request, context: AdminRequestContext) async throws -> Response {
        do {
            return try await answer(request, over: context.channel)
        } catch let refusal as AdminRefusal {
            return .problem(refusal)
        } catch let error as AdminError {
            return .problem(AdminRefusal(error))
        } catch {
            logger.error("admin request failed", metadata: ["error": "\(type(of: error))"])
            let failure = AdminError(.internalFailure, "The gateway could not answer the request.")
            return .problem(AdminRefusal(failure))
        }
    }

    private func answer(_ request: Request, over channel: any Channel) async throws -> Response {
        let author = try await author(at: channel)
        try RequestGuard.check(request)
        let (path, query) = Self.split(request.head.path ?? "")
        switch AdminRoute.lookUp(method: request.method.rawValue, path: path) {
        case .notFound:
            throw AdminRefusal(AdminError(.notFound, "There is nothing at this path."))
        case .methodNotAllowed(let allowed):
            throw AdminRefusal(
                AdminError(
                    .invalidRequest,
                    "This path takes \(allowed.joined(separator: ", ")) only."
                ),
                status: 405,
                allowedMethods: allowed
            )
        case .found(let route):
            let exchange = AdminExchange(
                request: request,
                query: query,
                service: service(author),
                heartbeat: heartbeat
            )
            return try await exchange.answer(route)
        }
    }

    /// Who asks, as the kernel says; a peer that may not is told no more than that.
    private func author(at channel: any Channel) async throws(AdminRefusal) -> Author {
        let credentials: PeerCredentials
        do {
            credentials = try await PeerCredentials.read(from: channel)
        } catch {
            throw AdminRefusal(AdminError(.forbidden, "The peer of the socket is unknown."))
        }
        guard allowedUserIDs.contains(credentials.userID) else {
            logger.warning(
                "admin peer refused",
                metadata: ["uid": "\(credentials.userID)", "pid": "\(credentials.processID)"]
            )
            throw AdminRefusal(
                AdminError(
                    .forbidden,
                    "The user with uid \(credentials.userID) may not use the admin endpoint. Run"
                        + " the command as the user that runs the gateway, or as root."
                )
            )
        }
        return credentials.author
    }

    private static func split(_ target: String) -> (path: String, query: Substring?) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, nil) }
        return (String(target[..<mark]), target[target.utf8.index(after: mark)...])
    }
}
