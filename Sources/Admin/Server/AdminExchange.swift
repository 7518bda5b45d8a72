import Hummingbird
import NIOCore
import Policy

/// One request of a peer who may ask, and the answer of the service to it.
struct AdminExchange {
    let request: Request
    let query: Substring?
    let service: any AdminService
    let heartbeat: Duration

    func answer(_ route: AdminRoute) async throws -> Response {
        switch route {
        case .status: try .json(await plain { try await service.status() })
        case .telemetry: try .json(await plain { try await service.telemetry() })
        case .policy: try .revision(await plain { try await service.policy() })
        case .revision(let number):
            try .revision(await plain { try await service.revision(number) })
        case .bans: try .json(await plain { try await service.bans() })
        case .tools: try .json(await plain { try await service.toolPins() })
        case .history: try await history()
        case .check: try await check()
        case .edit: try await edit()
        case .rollback: try await rollBack()
        case .createKey: try await createKey()
        case .rotateKey(let id): try await rotateKey(id)
        case .addBan: try await addBan()
        case .removeBan: try await removeBan()
        case .approveTool: try await approveTool()
        case .events: try await events()
        case .stream: try stream()
        }
    }

    /// For routes that take no parameter.
    private func plain<Value>(_ ask: () async throws -> Value) async throws -> Value {
        _ = try parameters([])
        return try await ask()
    }

    private func history() async throws -> Response {
        let limit = try parameters(["limit"]).limit(default: 50)
        return try .json(await service.history(limit: limit))
    }

    private func check() async throws -> Response {
        let body = try await body(CheckRequest.self)
        return try .json(await service.check(body.edit.edit))
    }

    private func edit() async throws -> Response {
        let base = try RequestGuard.requiredBase(of: request)
        let body = try await body(EditRequest.self)
        let outcome = try await service.apply(body.edit.edit, base: base, reason: body.reason)
        return try .json(outcome, revision: outcome.revision)
    }

    private func rollBack() async throws -> Response {
        let base = try RequestGuard.requiredBase(of: request)
        let body = try await body(RollbackRequest.self)
        let outcome = try await service.rollBack(
            to: body.revision,
            base: base,
            reason: body.reason
        )
        return try .json(outcome, revision: outcome.revision)
    }

    private func createKey() async throws -> Response {
        let base = try RequestGuard.baseRevision(of: request)
        let body = try await body(KeyRequest.self)
        let issued = try await service.createKey(
            KeyCreation(
                name: body.name,
                scheme: body.scheme ?? .apiKey,
                username: body.username,
                password: body.password,
                access: body.access ?? AccessRules(),
                expires: body.expires,
                base: base,
                reason: body.reason
            )
        )
        return try .json(issued, status: .created, revision: issued.outcome.revision)
    }

    private func rotateKey(_ id: KeyID) async throws -> Response {
        let base = try RequestGuard.baseRevision(of: request)
        let body = try await body(RotationRequest.self)
        let issued = try await service.rotateKey(
            id,
            graceSeconds: body.graceSeconds,
            base: base,
            reason: body.reason
        )
        return try .json(issued, status: .created, revision: issued.outcome.revision)
    }

    private func addBan() async throws -> Response {
        let body = try await body(BanRequest.self)
        let outcome = try await service.addBan(
            body.prefix,
            seconds: body.seconds,
            reason: body.reason
        )
        return try .json(outcome, status: .created)
    }

    private func removeBan() async throws -> Response {
        let parameters = try parameters(["prefix", "reason"])
        guard let text = parameters["prefix"] else {
            throw AdminError(.invalidRequest, "Name the network: DELETE /v1/bans?prefix=….")
        }
        let prefix: AddressPrefix
        do {
            prefix = try AddressPrefix(parsing: text)
        } catch {
            throw AdminError(.invalidRequest, "prefix: \(error)")
        }
        return try .json(await service.removeBan(prefix, reason: parameters["reason"]))
    }

    private func approveTool() async throws -> Response {
        let body = try await body(ApprovalRequest.self)
        let standing = try await service.approveTool(
            body.tool,
            of: body.server ?? "",
            digest: body.digest,
            reason: body.reason
        )
        return try .json(standing)
    }

    private func events() async throws -> Response {
        let parameters = try parameters(["after", "limit"])
        let page = try await service.events(
            after: parameters.number("after") ?? 0,
            limit: parameters.limit(default: 100)
        )
        return try .json(page)
    }

    /// `Last-Event-ID` wins over `after`: a client that reconnects by itself repeats the query.
    private func stream() throws -> Response {
        let asked = try parameters(["after"]).number("after")
        let resumed = try lastEventID()
        return EventStreamBody(
            updates: service.watch(after: resumed ?? asked),
            heartbeat: heartbeat
        )
        .response
    }

    private func lastEventID() throws -> UInt64? {
        let fields = request.headers.filter { $0.name.canonicalName == "last-event-id" }
        guard let field = fields.first else { return nil }
        guard fields.count == 1, let cursor = UInt64(strictDecimal: field.value) else {
            throw AdminError(.invalidRequest, "Last-Event-ID must be one whole number.")
        }
        return cursor
    }

    private func parameters(_ names: Set<String>) throws(AdminError) -> RequestQuery {
        try RequestQuery(query, allowing: names)
    }

    private func body<Body: Decodable>(_ type: Body.Type) async throws -> Body {
        _ = try parameters([])
        try RequestGuard.checkContentType(request)
        do {
            let buffer = try await request.body.collect(upTo: AdminResponder.bodyBytesMax)
            return try AdminJSON.decodeRequest(type, from: Array(buffer.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw AdminRefusal(
                AdminError(
                    .invalidRequest,
                    "The body is larger than \(AdminResponder.bodyBytesMax) bytes."
                ),
                status: 413
            )
        }
    }
}
