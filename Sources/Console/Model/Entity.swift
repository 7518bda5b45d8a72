import Policy

/// What a row stands for.
///
/// Actions carry the entity that was selected when the key was pressed, so a table that changes
/// its order between the key and the answer cannot change their target.
enum Entity: Hashable, Sendable {
    case client(String)
    case ban(AddressPrefix)
    case block(subject: String, isKey: Bool)
    case failure(address: String, reason: ReasonCode)
    case entry(AddressList, AddressPrefix)
    case listed(AddressPrefix, AddressRole)
    /// One that was asked about.
    case address(AddressPrefix)
    case setting(Setting)
    case key(KeyID)
    case tool(ToolName)
    /// By its name; empty for the server on `/mcp`.
    case server(String)
    case revision(RevisionNumber)

    /// As an operator would name it, and what `y` copies.
    var name: String {
        switch self {
        case .client(let address), .failure(let address, _): address
        case .ban(let prefix), .entry(_, let prefix), .listed(let prefix, _): prefix.description
        case .address(let prefix): prefix.network.description
        case .block(let subject, _): subject
        case .setting(let setting): setting.path
        case .key(let id): id.rawValue
        case .tool(let name): name.tool
        case .server(let name): ServerRule.path(of: name)
        case .revision(let number): "rev \(number)"
        }
    }

    /// The address or network that a ban of this row would shut out.
    var prefix: AddressPrefix? {
        switch self {
        case .client(let address), .failure(let address, _), .block(let address, isKey: false):
            try? AddressPrefix(parsing: address)
        case .ban(let prefix), .entry(_, let prefix), .listed(let prefix, _),
            .address(let prefix):
            prefix
        case .block, .setting, .key, .tool, .server, .revision:
            nil
        }
    }
}
