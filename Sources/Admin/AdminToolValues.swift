import MCP
package import Policy

/// A tool of a server behind the gate: what it was pinned as, and whether it still is.
package struct ToolStanding: Equatable, Sendable, Codable {
    /// Changed tools of one list that tell what changed; the others only that they did.
    package static let differencesMax = 100

    /// Empty for the server on `/mcp`.
    package var server: String
    package var tool: String
    /// SHA-256 of the definition that was pinned.
    package var pinned: SecretDigest
    /// SHA-256 of what it is now; nil when it is what was pinned.
    package var pending: SecretDigest?
    /// What changed, as lines for people, neutralised; nil when nothing did or there is no room.
    package var difference: [String]?
    /// What its texts hold that a reader does not see, in words; nil when nothing is found.
    package var hidden: [String]?

    package init(_ pin: ToolPin) {
        self.init(brief: pin)
        difference = pin.pending == nil ? nil : pin.difference
    }

    /// One for each pin; what changed is told of the first hundred only.
    package static func list(_ pins: [ToolPin]) -> [ToolStanding] {
        var detailed = 0
        return pins.map { pin in
            guard pin.pending != nil, detailed < differencesMax else { return Self(brief: pin) }
            detailed += 1
            return Self(pin)
        }
    }

    private init(brief pin: ToolPin) {
        server = pin.server
        tool = pin.tool
        pinned = pin.approved.digest
        pending = pin.pending?.digest
        let flags = pin.flags
        hidden = flags.isEmpty ? nil : flags.descriptions
    }
}

extension ToolPin {
    /// Of the name and of the texts as they are now; plain ASCII costs one look at its bytes.
    fileprivate var flags: TextFlags {
        let definition = (pending ?? approved).definition
        let isPlain = tool.utf8.allSatisfy { $0 < 0x80 } && definition.allSatisfy { $0 < 0x80 }
        guard !isPlain else { return [] }
        return TextFlags(of: tool).union(TextFlags(of: String(decoding: definition, as: UTF8.self)))
    }
}

extension AdminError {
    /// There is nothing to approve: the tool is unknown, or as it was pinned.
    package static let toolUnchanged = AdminError(
        .notFound,
        "there is no changed tool of that name; gatehouse tools list --changed lists them"
    )
    /// The tool is no longer what the operator was shown.
    package static let toolChangedAgain = AdminError(
        .invalidRequest,
        "the tool has changed again; look at it before you approve it: gatehouse tools diff"
    )
}
