import Logging
import MCP
import NIOCore
import Policy

/// The children and who may speak to which; confined to the host's loop.
///
/// In the stateless era a principal has a child of its own for each upstream, or all share one
/// where the policy says that it keeps nothing; in the legacy era each session has one, or all
/// sessions share one. A session is its principal's alone: to anybody else it does not exist.
final class Children {
    /// Children that run at once, and those of one principal.
    static let childrenMax = 64
    static let childrenOfPrincipalMax = 8
    static let idleSecondsMax: Int64 = 30 * 60
    /// A child that ends sooner after its start has failed to start.
    static let provenSeconds: Int64 = 10
    private static let troubledMax = 1024
    private static let sweepInterval = TimeAmount.milliseconds(100)

    /// A child that serves more than one session.
    private struct Post: Hashable {
        var upstream: String
        var era: WireEra
        /// Empty for one that everyone shares.
        var owner: String
    }

    private struct Session {
        var upstream: Upstream
        var principal: String
        var child: Child
        var lastUse: MonotonicTime
    }

    private enum Place {
        case call(Child, CallNumber)
        case stream(Child, session: String)
    }

    private let eventLoop: any EventLoop
    private let times: TimeSpans
    private let secrets: UpstreamSecrets
    private let version: String
    private let logger: Logger
    private var posts: [Post: Child] = [:]
    private var sessions: [String: Session] = [:]
    private var places: [ExchangeNumber: Place] = [:]
    /// Those that take calls, and those that are coming to their end.
    private var living: [Child] = []
    private var leaving: [Child] = []
    /// Whose children have ended too soon lately.
    private var troubled: [Post: CircuitBreaker] = [:]
    private var sweepTask: RepeatedTask?
    private var whenGone: EventLoopPromise<Void>?

    init(
        on eventLoop: any EventLoop,
        times: TimeSpans,
        secrets: UpstreamSecrets,
        version: String,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.times = times
        self.secrets = secrets
        self.version = version
        self.logger = logger
    }

    var processCount: Int { living.count + leaving.count }

    // MARK: Calls

    func begin(_ question: ChildQuestion, _ exchange: ExchangeNumber, _ reply: ChildReply) {
        guard whenGone == nil else { return reply.fail(.unreachable) }
        do throws(ChildRefusal) {
            switch (question.content, question.era) {
            case (.message(let message, let envelope), .modern):
                try beginStateless(question, message, envelope, exchange, reply)
            case (.message(let message, let envelope), .legacy):
                try beginLegacy(question, message, envelope, exchange, reply)
            case (.stream, _):
                try beginStream(question, exchange, reply)
            case (.deletion, _):
                let session = try session(of: question)
                close(session: session.id)
                _ = reply.send(.done(status: 204))
            }
        } catch {
            reply.fail(error.failure)
        }
    }

    private func beginStateless(
        _ question: ChildQuestion,
        _ message: ByteBuffer,
        _ envelope: MessageEnvelope,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) throws(ChildRefusal) {
        guard envelope.kind == .request else {
            // What would have to be told apart by session has none here.
            _ = reply.send(.done(status: 202))
            return
        }
        let isShared = question.command.isShared
        let owner = isShared ? "" : question.principal
        let child = try child(
            at: Post(upstream: question.upstream.name, era: .modern, owner: owner),
            for: isShared ? .everyone(.modern) : .principal,
            question
        )
        ask(child, message, envelope, session: nil, opensSession: false, exchange, reply)
    }

    private func beginLegacy(
        _ question: ChildQuestion,
        _ message: ByteBuffer,
        _ envelope: MessageEnvelope,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) throws(ChildRefusal) {
        if envelope.kind == .request, envelope.isInitialize {
            return try openSession(question, message, envelope, exchange, reply)
        }
        let (id, child) = try session(of: question)
        guard envelope.kind != .request else {
            return ask(child, message, envelope, session: id, opensSession: false, exchange, reply)
        }
        guard child.tell(message.readableBytesSpan, envelope, session: id) else {
            throw ChildRefusal(.upstreamOverloaded)
        }
        _ = reply.send(.done(status: 202))
    }

    private func ask(
        _ child: Child,
        _ message: ByteBuffer,
        _ envelope: MessageEnvelope,
        session: String?,
        opensSession: Bool,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) {
        let number = child.ask(
            message.readableBytesSpan,
            envelope,
            session: session,
            opensSession: opensSession,
            exchange,
            reply
        )
        if let number { places[exchange] = .call(child, number) }
    }

    private func beginStream(
        _ question: ChildQuestion,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) throws(ChildRefusal) {
        let (id, child) = try session(of: question)
        guard child.attach(exchange, reply, session: id) else {
            throw ChildRefusal(.streamConflict)
        }
        places[exchange] = .stream(child, session: id)
    }

    func leave(_ exchange: ExchangeNumber, cancelling: Bool) {
        switch places[exchange] {
        case .call(let child, let number): child.leave(number, cancelling: cancelling)
        case .stream(let child, let session): child.detach(session: session)
        case nil: break
        }
    }

    // MARK: Sessions

    private func openSession(
        _ question: ChildQuestion,
        _ message: ByteBuffer,
        _ envelope: MessageEnvelope,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) throws(ChildRefusal) {
        try makeRoomForSession(of: question)
        let id = SessionID.random()
        let child: Child
        if question.command.isShared {
            let post = Post(upstream: question.upstream.name, era: .legacy, owner: "")
            child = try self.child(at: post, for: .everyone(.legacy), question)
        } else {
            child = try start(question, owner: question.principal, for: .session)
        }
        sessions[id] = Session(
            upstream: question.upstream,
            principal: question.principal,
            child: child,
            lastUse: GatewayClock.monotonic()
        )
        if question.command.isShared {
            let clientID = envelope.id.map { message.readableBytesSpan.copy(of: $0) } ?? []
            child.greet(id: clientID, session: id, exchange, reply)
        } else {
            ask(child, message, envelope, session: id, opensSession: true, exchange, reply)
        }
    }

    /// A principal at its bound loses the session that it has not used for longest.
    private func makeRoomForSession(of question: ChildQuestion) throws(ChildRefusal) {
        let isShared = question.command.isShared
        let own = sessions.filter {
            $0.value.principal == question.principal && $0.value.child.isShared == isShared
        }
        let isAtBound =
            isShared
            ? own.count >= SessionBounds.sessionsOfPrincipalMax
            : childCount(of: question.principal) >= Self.childrenOfPrincipalMax
        if isAtBound {
            let idle = own.filter { isShared || !$0.value.child.isBusy }
            guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                throw ChildRefusal(.upstreamOverloaded)
            }
            close(session: oldest.key)
        }
        guard sessions.count < SessionBounds.sessionsMax else {
            throw ChildRefusal(.upstreamOverloaded)
        }
    }

    private func childCount(of owner: String) -> Int {
        living.count { $0.owner == owner }
    }

    private func session(
        of question: ChildQuestion
    ) throws(ChildRefusal) -> (id: String, child: Child) {
        guard let id = question.session else { throw ChildRefusal(.sessionMissing) }
        guard let session = sessions[id], session.principal == question.principal,
            session.upstream == question.upstream
        else { throw ChildRefusal(.sessionUnknown) }
        sessions[id]?.lastUse = GatewayClock.monotonic()
        return (id, session.child)
    }

    private func close(session id: String) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        session.child.close(session: id)
        if !session.child.isShared { session.child.end() }
    }

    // MARK: Children

    private func child(
        at post: Post,
        for audience: ChildDialogue.Audience,
        _ question: ChildQuestion
    ) throws(ChildRefusal) -> Child {
        if let child = posts[post], child.upstream == question.upstream, !child.isRetired {
            return child
        }
        let child = try start(question, owner: post.owner, for: audience)
        posts[post] = child
        return child
    }

    private func start(
        _ question: ChildQuestion,
        owner: String,
        for audience: ChildDialogue.Audience
    ) throws(ChildRefusal) -> Child {
        let now = GatewayClock.monotonic()
        let trouble = Post(upstream: question.upstream.name, era: audience.era, owner: owner)
        if case .refused(let seconds)? = troubled[trouble]?.admission(at: now) {
            throw ChildRefusal(.upstreamSuspended(retryAfterSeconds: seconds))
        }
        guard processCount < Self.childrenMax,
            owner.isEmpty || childCount(of: owner) < Self.childrenOfPrincipalMax
        else { throw ChildRefusal(.upstreamOverloaded) }
        let process = try spawn(question, at: now)
        let child = Child(
            process,
            of: question.upstream,
            owner: owner,
            audience: audience,
            times: times,
            keeper: self
        )
        living.append(child)
        startSweeping()
        child.connect()
        if audience == .everyone(.legacy) { child.open(version: version) }
        logger.info("child started", metadata: metadata(of: child))
        return child
    }

    private func spawn(
        _ question: ChildQuestion,
        at now: MonotonicTime
    ) throws(ChildRefusal) -> ChildProcess {
        var credential: (name: String, value: Secret)?
        if let named = question.upstream.credential {
            guard let value = secrets.value(of: named, at: now) else {
                throw ChildRefusal(.upstreamCredentialMissing)
            }
            credential = (named.field, value)
        }
        var logger = self.logger
        logger[metadataKey: "upstream"] = "\(question.upstream.name)"
        do throws(ChildSpawn.Failure) {
            return try ChildProcess(
                question.command,
                environment: ChildEnvironment.variables(credential: credential),
                on: eventLoop,
                logger: logger
            )
        } catch {
            logger.error("child cannot be started", metadata: ["error": "\(error)"])
            throw ChildRefusal(failure: .unreachable)
        }
    }

    private func metadata(of child: Child) -> Logger.Metadata {
        ["upstream": "\(child.upstream.name)", "pid": "\(child.processID)"]
    }

    // MARK: Policy, time and end

    func serve(_ upstreams: [Upstream]) {
        for (id, session) in sessions where !upstreams.contains(session.upstream) {
            sessions[id] = nil
        }
        for child in living where !upstreams.contains(child.upstream) { child.retire() }
    }

    private func startSweeping() {
        guard sweepTask == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        sweepTask = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.sweepInterval,
            delay: Self.sweepInterval
        ) { _ in bound.value.sweep() }
    }

    private func sweep() {
        let now = GatewayClock.monotonic()
        let idleSince = MonotonicTime(
            nanoseconds: now.nanoseconds - Self.idleSecondsMax * 1_000_000_000
        )
        for child in living {
            child.sweep(at: now)
            _ = child.isGone(at: now)
            if isProven(child, at: now) { troubled[trouble(of: child)] = nil }
        }
        for (id, session) in sessions where session.lastUse < idleSince {
            let child = session.child
            if child.isShared || (!child.isBusy && child.lastUse < idleSince) {
                close(session: id)
            }
        }
        for child in living where !child.isBusy && child.lastUse < idleSince { child.end() }
        leaving.removeAll { $0.isGone(at: now) }
        if processCount == 0 {
            sweepTask?.cancel()
            sweepTask = nil
            whenGone?.succeed()
        }
    }

    /// - Returns: Succeeds when the last process has gone.
    func end() -> EventLoopFuture<Void> {
        if let whenGone { return whenGone.futureResult }
        let promise = eventLoop.makePromise(of: Void.self)
        whenGone = promise
        for child in living { child.end() }
        if processCount == 0 { promise.succeed() }
        return promise.futureResult
    }
}

extension Children: ChildKeeper {
    func childFinished(_ exchange: ExchangeNumber) {
        places[exchange] = nil
    }

    func childClosed(session: String) {
        close(session: session)
    }

    func childEnded(_ child: Child, _ reason: ChildSilence) {
        guard let index = living.firstIndex(where: { $0 === child }) else { return }
        living.remove(at: index)
        leaving.append(child)
        posts = posts.filter { $0.value !== child }
        sessions = sessions.filter { $0.value.child !== child }
        var facts = metadata(of: child)
        facts["reason"] = "\(reason.rawValue)"
        logger.info("child ended", metadata: facts)
        if reason != .toldTo { noteFailure(of: child) }
    }

    private func noteFailure(of child: Child) {
        let now = GatewayClock.monotonic()
        guard !isProven(child, at: now) else { return }
        if troubled.count >= Self.troubledMax { troubled.removeAll() }
        troubled[trouble(of: child), default: CircuitBreaker(.restart)].failed(at: now)
    }

    private func isProven(_ child: Child, at now: MonotonicTime) -> Bool {
        child.started.advanced(bySeconds: Self.provenSeconds) <= now
    }

    private func trouble(of child: Child) -> Post {
        Post(upstream: child.upstream.name, era: child.era, owner: child.owner)
    }
}

/// Why a call to a child did not begin.
private struct ChildRefusal: Error {
    let failure: UpstreamFailure

    init(failure: UpstreamFailure) {
        self.failure = failure
    }

    init(_ denial: CallDenial) {
        failure = .refused(denial)
    }
}
