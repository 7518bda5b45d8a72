import MCP
import Policy
import Telemetry

/// Looks at the tools that one server lists, and tells operators what is wrong with them.
struct ToolInspection {
    /// Whether tools that are not as they were pinned are kept from clients.
    let isBlocking: Bool
    private let server: String
    private let loop: LoopContext

    /// Nil when nobody watches; the built-in tools need no watching.
    init?(of call: OpenCall, on loop: LoopContext) {
        let pinning = call.policy.snapshot.toolPinning
        guard pinning != .off, let upstream = call.upstream else { return nil }
        isBlocking = pinning == .block
        server = upstream.name
        self.loop = loop
    }

    /// Compares a list with the pins.
    ///
    /// - Returns: The names to keep from clients, as bytes; none where nothing is blocked.
    func inspect(_ catalogue: Catalogue, in bytes: RawSpan) -> Set<[UInt8]> {
        guard let range = catalogue.list else { return [] }
        let tools = loop.services.tools
        let list = SecretDigest(hashing: range, of: bytes)
        if let known = tools.recall(list, of: server) { return isBlocking ? known : [] }
        let samples = catalogue.entries.map { entry in
            let definition = catalogue.definition(of: entry, in: bytes)
            let canonical = definition.canonical.span.bytes
            return ToolWatch.Sample(
                definition: definition,
                digest: SecretDigest(hashing: 0..<canonical.byteCount, of: canonical)
            )
        }
        let finding = tools.observe(samples, list: list, of: server)
        report(finding)
        return isBlocking ? finding.withheld : []
    }

    /// A list passed by that cannot be compared with anything.
    func noteUnreadable() {
        tell(.toolsUnreadable, "a list of tools\(place) cannot be read")
    }

    private func report(_ finding: ToolWatch.Finding) {
        for news in finding.news {
            switch news {
            case .changed(let tool):
                tell(.toolChanged, "\(name(tool)) is not what it was pinned as")
            case .flagged(let tool, let flags):
                let what = flags.descriptions.joined(separator: ", ")
                tell(.toolSuspicious, "\(name(tool)) has \(what)")
            }
        }
        if finding.unpinnedCount > 0 {
            tell(.toolsUnpinned, "\(finding.unpinnedCount) tools\(place) have no room to be pinned")
        }
    }

    private func tell(_ reason: ReasonCode, _ subject: String) {
        loop.recorder.toolsNoticed(reason, subject, at: loop.clock.wallNow)
    }

    private var place: String { server.isEmpty ? "" : " of server \(server)" }

    private func name(_ tool: String) -> String {
        let visible = VisibleText.line(tool, lengthMax: 64)
        return "tool \(String(visible.unicodeScalars.prefix(64)))\(place)"
    }
}

extension PolicySnapshot {
    var toolPinning: ToolRules.Pinning { document.tools.pinning }
}

extension GuardChain {
    /// Whether a message calls a tool that is not what it was pinned as, where that is blocked.
    func withholds(_ envelope: MessageEnvelope, in body: RawSpan, _ call: OpenCall) -> Bool {
        guard snapshot.toolPinning == .block, let upstream = call.upstream,
            let method = envelope.method, method.equals("tools/call", in: body),
            let name = envelope.name
        else { return false }
        return loop.services.tools.withholds(name.text(in: body), of: upstream.name)
    }
}
