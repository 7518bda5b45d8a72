import Admin

/// A tool of a server, told apart by the bytes of both names.
///
/// Text that only looks or compares alike is another tool, and an approval must not reach it.
struct ToolName: Hashable, Sendable {
    /// Empty for the server on `/mcp`.
    let server: String
    let tool: String

    init(_ standing: ToolStanding) {
        server = standing.server
        tool = standing.tool
    }

    static func == (left: Self, right: Self) -> Bool {
        left.server.utf8.elementsEqual(right.server.utf8)
            && left.tool.utf8.elementsEqual(right.tool.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in server.utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0))
        for byte in tool.utf8 { hasher.combine(byte) }
    }
}
