package import MCP
import Synchronization

/// Watches what every server's tools are, for all event loops and for operators; outlives every
/// policy.
///
/// A look at a list that is known already costs one comparison, and a question about a tool one
/// load while nothing is withheld.
package final class ToolWatch: Sendable {
    /// One tool as a list shows it.
    package struct Sample: Sendable {
        package var definition: CatalogueDefinition
        /// SHA-256 of the canonical definition.
        package var digest: SecretDigest

        package init(definition: CatalogueDefinition, digest: SecretDigest) {
            self.definition = definition
            self.digest = digest
        }
    }

    /// What an operator should hear of.
    package enum News: Equatable, Sendable {
        /// It is not what was pinned; `ToolPin.difference` tells how.
        case changed(tool: String)
        /// Its texts hold what a reader does not see.
        case flagged(tool: String, TextFlags)
    }

    /// What a look at one list found.
    package struct Finding: Sendable {
        /// The names, as bytes, of tools that are kept from clients where changed ones are.
        package var withheld: Set<[UInt8]> = []
        package var news: [News] = []
        /// Tools without room for their pins.
        package var unpinnedCount = 0

        package init() {}
    }

    /// A list that was looked at while the pins were as they are now.
    private struct KnownList {
        var server: String
        var digest: SecretDigest
        var withheld: Set<[UInt8]>
    }

    private struct State {
        var table = ToolPinTable()
        var known: [KnownList] = []
    }

    /// Lists that are known again without a look; each server has a few, one for every page.
    private static let knownListsMax = 64

    private let state = Mutex(State())
    private let withholdsAny = Atomic<Bool>(false)

    package init() {}

    // MARK: The data plane

    /// What was found in this very list, if no pin has changed since.
    ///
    /// - Parameters:
    ///   - digest: SHA-256 of the list's bytes.
    ///   - server: The server's name; empty for the default one.
    /// - Returns: The withheld names; nil when the list must be observed.
    package func recall(_ digest: SecretDigest, of server: String) -> Set<[UInt8]>? {
        state.withLock { state in
            state.known.first { $0.digest == digest && $0.server.isSame(as: server) }?.withheld
        }
    }

    /// Compares every tool of a list with its pin, and pins those that are new.
    ///
    /// - Parameters:
    ///   - samples: In the list's order; of a name that comes twice, both are compared.
    ///   - list: SHA-256 of the list's bytes, by which `recall` knows it.
    ///   - server: The server's name; empty for the default one.
    /// - Returns: What is withheld, and what is news.
    package func observe(
        _ samples: [Sample],
        list: SecretDigest,
        of server: String
    ) -> Finding {
        state.withLock { state in
            let revision = state.table.revision
            var finding = Finding()
            for sample in samples { state.table.look(at: sample, of: server, noting: &finding) }
            if state.table.revision != revision { state.known = [] }
            if state.known.count == Self.knownListsMax { state.known.removeFirst() }
            state.known.append(
                KnownList(server: server, digest: list, withheld: finding.withheld)
            )
            withholdsAny.store(state.table.withholdsAny, ordering: .relaxed)
            return finding
        }
    }

    /// Whether a tool is kept from clients where changed ones are.
    package func withholds(_ tool: @autoclosure () -> String, of server: String) -> Bool {
        guard withholdsAny.load(ordering: .relaxed) else { return false }
        let tool = tool()
        return state.withLock { $0.table.withholds(tool, of: server) }
    }

    // MARK: Operators

    /// Every pin, by server and name; what survives a restart.
    package var pins: [ToolPin] { state.withLock { $0.table.all } }

    /// Every tool whose change waits for an operator.
    package var changed: [ToolPin] { state.withLock { $0.table.changed } }

    package var changedCount: Int { state.withLock { $0.table.changedCount } }

    /// Grows with every change of a pin, so that its keeper knows when to write them down.
    package var revision: UInt64 { state.withLock { $0.table.revision } }

    /// The pin of one tool; nil for a tool that was never seen.
    package func pin(of tool: String, server: String) -> ToolPin? {
        state.withLock { $0.table.pin(of: tool, server: server) }
    }

    /// Pins a changed tool as it is now.
    ///
    /// - Parameters:
    ///   - tool: Its name.
    ///   - server: The server's name; empty for the default one.
    ///   - digest: Of the version that the operator was shown.
    /// - Returns: False when that is not the version that waits, because it changed again.
    package func approve(tool: String, server: String, digest: SecretDigest) -> Bool {
        change { $0.approve(tool, of: server, digest: digest) }
    }

    /// Takes back what `pins` gave before a restart.
    package func restore(_ pins: [ToolPin]) {
        change { $0.restore(pins) }
    }

    private func change<Value: Sendable>(_ body: (inout ToolPinTable) -> Value) -> Value {
        state.withLock { state in
            state.known = []
            defer { withholdsAny.store(state.table.withholdsAny, ordering: .relaxed) }
            return body(&state.table)
        }
    }
}

extension ToolPinTable {
    fileprivate mutating func look(
        at sample: ToolWatch.Sample,
        of server: String,
        noting finding: inout ToolWatch.Finding
    ) {
        let definition = sample.definition
        let name = definition.name
        let sighting = observe(
            name,
            of: server,
            definition: definition.canonical,
            digest: sample.digest
        )
        let isNews: Bool
        switch sighting {
        case .unchanged:
            isNews = false
        case .first:
            isNews = true
        case .changed(let isNewlyChanged):
            isNews = isNewlyChanged
            finding.withheld.insert(Array(name.utf8))
            if isNews { finding.news.append(.changed(tool: name)) }
        case .unpinned:
            isNews = false
            finding.withheld.insert(Array(name.utf8))
            finding.unpinnedCount += 1
        }
        if isNews, !definition.flags.isEmpty {
            finding.news.append(.flagged(tool: name, definition.flags))
        }
    }
}

extension String {
    /// Byte for byte: equivalent text is another name.
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
