/// What every upstream's tools were when they were first seen, or last approved.
///
/// At most 10,000 tools, 2,000 of one server, and 32 MiB of definitions; pure, so its owner puts it
/// behind a lock. A definition beyond the bounds is pinned by its digest alone, and a tool beyond
/// them not at all.
package struct ToolPinTable: Sendable {
    /// What a look at a tool finds.
    package enum Sighting: Equatable, Sendable {
        /// It was never seen; now it is pinned.
        case first
        case unchanged
        /// It is not what was pinned; `isNews` the first time that it is found like this.
        case changed(isNews: Bool)
        /// There is no room to pin it; whoever blocks changed tools must block it too.
        case unpinned
    }

    package static let toolCountMax = 10_000
    /// Of one server, so that none takes all the room.
    package static let toolsPerServerMax = 2000
    /// Of all definitions together.
    package static let definitionBytesMax = 32 * 1024 * 1024
    /// Of one definition.
    package static let definitionLengthMax = 65_536

    /// A tool by the bytes of its names: text that is only equivalent is another tool.
    private struct Key: Hashable, Comparable {
        var server: [UInt8]
        var tool: [UInt8]

        init(_ server: String, _ tool: String) {
            self.server = Array(server.utf8)
            self.tool = Array(tool.utf8)
        }

        static func < (left: Self, right: Self) -> Bool {
            left.server == right.server
                ? left.tool.lexicographicallyPrecedes(right.tool)
                : left.server.lexicographicallyPrecedes(right.server)
        }
    }

    private let toolCountMax: Int
    private let toolsPerServerMax: Int
    private let definitionBytesMax: Int
    private var pins: [Key: ToolPin] = [:]
    private var countsByServer: [[UInt8]: Int] = [:]
    /// How many tools wait for an operator; while there are none, none need be asked about.
    package private(set) var changedCount = 0
    /// Grows with every change of a pin.
    package private(set) var revision: UInt64 = 0
    /// Whether a tool was found without room for its pin.
    private var wasFull = false
    private var definitionBytes = 0

    package init() {
        self.init(
            toolCountMax: Self.toolCountMax,
            toolsPerServerMax: Self.toolsPerServerMax,
            definitionBytesMax: Self.definitionBytesMax
        )
    }

    /// For tests of the bounds, which want small tables.
    init(toolCountMax: Int, toolsPerServerMax: Int, definitionBytesMax: Int) {
        self.toolCountMax = toolCountMax
        self.toolsPerServerMax = toolsPerServerMax
        self.definitionBytesMax = definitionBytesMax
    }

    /// Compares a tool with its pin, or pins it.
    ///
    /// A tool that is found as it was pinned again is unchanged again.
    /// - Parameters:
    ///   - tool: As the upstream lists it.
    ///   - server: The upstream's name; empty for the default one.
    ///   - definition: Canonical JSON.
    ///   - digest: Of the definition.
    /// - Returns: What the tool is, seen against its pin.
    package mutating func observe(
        _ tool: String,
        of server: String,
        definition: [UInt8],
        digest: SecretDigest
    ) -> Sighting {
        let key = Key(server, tool)
        guard var pin = pins[key] else {
            guard makeRoom(for: key) else {
                wasFull = true
                return .unpinned
            }
            revision += 1
            let version = ToolPin.Version(digest: digest, definition: admit(definition))
            pins[key] = ToolPin(server: server, tool: tool, approved: version)
            return .first
        }
        if let pending = pin.pending {
            if pending.digest == digest { return .changed(isNews: false) }
            definitionBytes -= pending.definition.count
            pin.pending = nil
            changedCount -= 1
            revision += 1
        }
        defer { pins[key] = pin }
        guard pin.approved.digest != digest else { return .unchanged }
        pin.pending = ToolPin.Version(digest: digest, definition: admit(definition))
        changedCount += 1
        revision += 1
        return .changed(isNews: true)
    }

    /// Whether the tool was last seen as something else than it was pinned as.
    package func isChanged(_ tool: String, of server: String) -> Bool {
        changedCount > 0 && pins[Key(server, tool)]?.pending != nil
    }

    /// Whether there is any tool that `withholds` is true of.
    package var withholdsAny: Bool { changedCount > 0 || wasFull }

    /// Whether a tool is kept from clients where changed ones are: it changed, or there is no room
    /// to pin it.
    package func withholds(_ tool: String, of server: String) -> Bool {
        let key = Key(server, tool)
        guard let pin = pins[key] else { return !hasRoom(for: key) }
        return pin.pending != nil
    }

    /// The pin of one tool; nil for a tool that was never seen.
    package func pin(of tool: String, server: String) -> ToolPin? { pins[Key(server, tool)] }

    /// Every tool whose change waits for an operator, by server and name.
    package var changed: [ToolPin] { all.filter { $0.pending != nil } }

    /// Every pin, by server and name; what survives a restart.
    package var all: [ToolPin] {
        pins.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Pins a changed tool as it is now.
    ///
    /// - Parameters:
    ///   - tool: Its name.
    ///   - server: The upstream's name; empty for the default one.
    ///   - digest: Of the version that the operator was shown.
    /// - Returns: False when that is not the version that waits, because it changed again.
    package mutating func approve(_ tool: String, of server: String, digest: SecretDigest) -> Bool {
        let key = Key(server, tool)
        guard var pin = pins[key], let pending = pin.pending, pending.digest == digest else {
            return false
        }
        definitionBytes -= pin.approved.definition.count
        pin.approved = pending
        pin.pending = nil
        changedCount -= 1
        revision += 1
        pins[key] = pin
        return true
    }

    /// Takes back what `all` gave before a restart; what is beyond the bounds is left out.
    package mutating func restore(_ restored: [ToolPin]) {
        for var pin in restored {
            let key = Key(pin.server, pin.tool)
            guard pins[key] == nil, makeRoom(for: key) else { continue }
            pin.approved.definition = admit(pin.approved.definition)
            if let pending = pin.pending {
                pin.pending?.definition = admit(pending.definition)
                changedCount += 1
            }
            pins[key] = pin
        }
    }

    private func hasRoom(for key: Key) -> Bool {
        pins.count < toolCountMax && countsByServer[key.server, default: 0] < toolsPerServerMax
    }

    /// Counts one more tool of a server, if there is room for it.
    private mutating func makeRoom(for key: Key) -> Bool {
        guard hasRoom(for: key) else { return false }
        countsByServer[key.server, default: 0] += 1
        return true
    }

    /// The definition, or nothing when there is no room to keep it.
    private mutating func admit(_ definition: [UInt8]) -> [UInt8] {
        guard definition.count <= Self.definitionLengthMax,
            definitionBytes + definition.count <= definitionBytesMax
        else { return [] }
        definitionBytes += definition.count
        return definition
    }
}
