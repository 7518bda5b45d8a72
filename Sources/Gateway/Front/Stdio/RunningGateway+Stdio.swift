import NIOCore
import NIOPosix
import Policy

extension RunningGateway {
    /// Serves the one client at the other ends of two pipes, until it leaves or the task is
    /// cancelled, which lets calls under way finish.
    ///
    /// Takes the descriptors over. Throws when they are neither pipes, sockets nor terminals.
    package func serveStandardStreams(input: CInt, output: CInt) async throws(GatewayError) {
        guard let loop = loops.first else { return }
        let context = loop.context
        let channel: any Channel
        do {
            channel = try await NIOPipeBootstrap(group: loop.eventLoop)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .channelOption(.maxMessagesPerRead, value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let client = StdioClient(on: context.value)
                        try channel.pipeline.syncOperations.addHandler(client)
                    }
                }
                .takingOwnershipOfDescriptors(input: input, output: output)
                .get()
        } catch {
            throw GatewayError(
                .systemFailure,
                "Standard input and output must be pipes, sockets or terminals; connect a client.",
                cause: error
            )
        }
        await withTaskCancellationHandler {
            try? await channel.closeFuture.get()
        } onCancel: {
            channel.pipeline.fireUserInboundEventTriggered(StdioClient.Event.leave)
        }
    }
}

extension EnforcedPolicy {
    /// What of a policy is meant for a client that started the gate itself.
    ///
    /// It came over no network and shows no credential, so what is asked of either is not asked of
    /// it. A lockdown, sizes, rates and the rules for tools are.
    func forOwnClient() -> EnforcedPolicy {
        var document = snapshot.document
        document.authentication = AuthenticationRules(isRequired: false)
        document.allowlist = []
        document.denylist = []
        document.browser = BrowserRules()
        document.proxies = ProxyRules()
        return EnforcedPolicy(
            snapshot: PolicySnapshot(document, number: snapshot.number),
            bans: BanTable([])
        )
    }
}
