import MCP
import Policy
import Synchronization
import Telemetry

/// The MCP server inside the gateway: read-only tools over the gateway's own telemetry.
///
/// Speaks both eras. Pure request to answer: no I/O, never suspends, to be called on any event
/// loop; all loops share one, because a session may come back on another connection.
final class BuiltInServer: Sendable {
    private let tools: ToolBox
    private let identity: ServerIdentity
    private let sessions = Mutex(SessionTable<String, ProtocolVersion>())
    private let random: @Sendable () -> UInt64

    /// `random` makes session ids: it must be as good as the system's generator, the default.
    init(
        telemetry: TelemetryHub,
        name: String,
        version: String,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        tools = ToolBox(telemetry: telemetry)
        identity = ServerIdentity(name: name, version: version)
        self.random = random
    }

    /// Answers a message that was posted.
    func answer(_ call: BuiltInCall, body: RawSpan) -> BuiltInAnswer {
        let message = BuiltInMessage(call.envelope, body: body)
        switch call.era {
        case .legacy: return legacyAnswer(call, message)
        case .modern: return modernAnswer(call, message)
        }
    }

    /// Answers a GET: the server never speaks unasked, so it offers no stream.
    func streamAnswer(era: WireEra) -> BuiltInAnswer {
        BuiltInAnswer(
            status: 405,
            allowedMethods: era == .legacy ? "POST, DELETE" : "POST",
            denial: .methodNotAllowed
        )
    }

    /// Answers a DELETE: ends the session, in the legacy era.
    func deletionAnswer(
        era: WireEra,
        sessionID: String?,
        principal: String,
        at now: MonotonicTime
    ) -> BuiltInAnswer {
        guard era == .legacy else {
            return BuiltInAnswer(status: 405, allowedMethods: "POST", denial: .methodNotAllowed)
        }
        guard let sessionID else { return Self.sessionMissing(id: nil) }
        let isClosed = sessions.withLock {
            $0.close(sessionID, principal: principal, at: now)
        }
        return isClosed ? BuiltInAnswer(status: 204) : Self.sessionUnknown(id: nil)
    }
}

// MARK: Legacy

extension BuiltInServer {
    private func legacyAnswer(_ call: BuiltInCall, _ message: BuiltInMessage) -> BuiltInAnswer {
        if message.kind == .request && call.envelope.isInitialize {
            return opening(call, message)
        }
        guard let sessionID = call.sessionID else {
            return Self.sessionMissing(id: message.id)
        }
        let version = sessions.withLock {
            $0.use(sessionID, principal: call.principal, at: call.monotonic)
        }
        guard let version else { return Self.sessionUnknown(id: message.id) }
        guard call.protocolVersion == nil || call.protocolVersion == version else {
            return Self.failure(
                status: 400,
                id: message.id,
                code: .invalidRequest,
                "MCP-Protocol-Version is not the version that this session agreed on",
                .headerMismatch
            )
        }
        guard message.kind == .request else { return BuiltInAnswer(status: 202) }
        return served(message, call, resultMembers: [], errorStatus: { _ in 200 })
    }

    /// Answers `initialize`; an old session id that comes with it means nothing.
    private func opening(_ call: BuiltInCall, _ message: BuiltInMessage) -> BuiltInAnswer {
        guard let asked = message.initializeVersion else {
            return Self.failure(
                status: 200,
                id: message.id,
                code: .invalidParams,
                "params.protocolVersion must be a string"
            )
        }
        let version = Self.agreedVersion(asked)
        let session = freshSessionID()
        sessions.withLock {
            $0.open(session, principal: call.principal, fact: version, at: call.monotonic)
        }
        let result = JSONValue.record([
            "protocolVersion": .string(version.rawValue),
            "capabilities": .record(["tools": .record([:])]),
            "serverInfo": identity.json,
            "instructions": .string(ServerIdentity.instructions),
        ])
        var answer = Self.success(id: message.id, result)
        answer.newSession = session
        return answer
    }

    /// The asked version if it is spoken here, else the newest that is.
    private static func agreedVersion(_ asked: String) -> ProtocolVersion {
        let spoken: [ProtocolVersion] = [.v20250326, .v20250618, .v20251125]
        return spoken.first { $0.rawValue == asked } ?? .newestLegacy
    }

    /// 128 random bits as 32 hexadecimal digits.
    private func freshSessionID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = [random(), random()].flatMap { word in
            stride(from: 60, through: 0, by: -4).map { digits[Int(word >> UInt64($0) & 0xF)] }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func sessionMissing(id: [UInt8]?) -> BuiltInAnswer {
        failure(
            status: 400,
            id: id,
            code: .invalidRequest,
            "Mcp-Session-Id is required; begin with initialize",
            .sessionUnknown
        )
    }

    /// The same for a session that never was, has ended, or is another principal's.
    private static func sessionUnknown(id: [UInt8]?) -> BuiltInAnswer {
        failure(
            status: 404,
            id: id,
            code: .invalidRequest,
            "There is no such session; begin again with initialize",
            .sessionUnknown
        )
    }
}

// MARK: Modern

extension BuiltInServer {
    private func modernAnswer(_ call: BuiltInCall, _ message: BuiltInMessage) -> BuiltInAnswer {
        switch message.kind {
        case .response:
            return Self.failure(
                status: 400,
                id: nil,
                code: .invalidRequest,
                "This server asks nothing, so there is nothing to respond to",
                .invalidMessage
            )
        case .notification:
            return BuiltInAnswer(status: 202)
        case .request:
            break
        }
        let members = [
            JSONMember("resultType", .string("complete")),
            JSONMember(
                "_meta",
                .record(["io.modelcontextprotocol/serverInfo": identity.json])
            ),
        ]
        return served(message, call, resultMembers: members) { code in
            code == .methodNotFound ? 404 : 400
        }
    }
}

// MARK: Methods

extension BuiltInServer {
    /// Serves a request of either era.
    ///
    /// `resultMembers` join every result; `errorStatus` is the HTTP status of an error.
    private func served(
        _ message: BuiltInMessage,
        _ call: BuiltInCall,
        resultMembers: [JSONMember],
        errorStatus: (JSONRPCCode) -> Int
    ) -> BuiltInAnswer {
        let outcome: Result<[JSONMember], BuiltInProblem>
        switch (message.method, call.era) {
        case ("ping", .legacy): outcome = .success([])
        case ("server/discover", .modern): outcome = .success(Self.discovery)
        case ("tools/list", _): outcome = list(message, call.era)
        case ("tools/call", _): outcome = run(message, at: call)
        default: outcome = .failure(.methodNotFound)
        }
        switch outcome {
        case .success(let members):
            return Self.success(id: message.id, .object(members + resultMembers))
        case .failure(let problem):
            return Self.failure(
                status: errorStatus(problem.code),
                id: message.id,
                code: problem.code,
                problem.message,
                problem.denial
            )
        }
    }

    private static var discovery: [JSONMember] {
        let versions = ProtocolVersion.modern.map { JSONValue.string($0.rawValue) }
        return [
            JSONMember("supportedVersions", .array(versions)),
            JSONMember("capabilities", .record(["tools": .record([:])])),
            JSONMember("instructions", .string(ServerIdentity.instructions)),
        ] + cacheHints
    }

    /// The tools never change while the gateway runs, but who may see them may.
    private static var cacheHints: [JSONMember] {
        [JSONMember("ttlMs", .integer(60_000)), JSONMember("cacheScope", .string("private"))]
    }

    private func list(
        _ message: BuiltInMessage,
        _ era: WireEra
    ) -> Result<[JSONMember], BuiltInProblem> {
        guard !message.hasCursor else {
            return .failure(.invalidParams("The cursor is not one that this server gave out"))
        }
        let hints = era == .modern ? Self.cacheHints : []
        return .success([JSONMember("tools", tools.definitions)] + hints)
    }

    private func run(
        _ message: BuiltInMessage,
        at call: BuiltInCall
    ) -> Result<[JSONMember], BuiltInProblem> {
        guard let name = message.name else {
            return .failure(.invalidParams("params.name must be a string"))
        }
        guard let tool = tools.named(name) else { return .failure(.toolUnknown) }
        switch message.arguments {
        case .success(let arguments):
            return .success(
                tools.call(tool, arguments, at: call.now, monotonic: call.monotonic)
            )
        case .failure(let problem):
            return .failure(problem)
        }
    }

    private static func success(id: [UInt8]?, _ result: JSONValue) -> BuiltInAnswer {
        var body = Array(#"{"jsonrpc":"2.0","id":"#.utf8)
        body += id ?? Array("null".utf8)
        body += Array(#","result":"#.utf8)
        body += result.serialized()
        body.append(0x7D)
        return BuiltInAnswer(status: 200, body: body)
    }

    private static func failure(
        status: Int,
        id: [UInt8]?,
        code: JSONRPCCode,
        _ message: String,
        _ denial: ReasonCode? = nil
    ) -> BuiltInAnswer {
        BuiltInAnswer(
            status: status,
            body: JSONRPCError.body(
                id: id,
                code: code.rawValue,
                message: message,
                reason: denial?.rawValue
            ),
            denial: denial
        )
    }
}
