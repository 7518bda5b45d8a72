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
    case setting(Setting)
    case key(KeyID)

    /// As an operator would name it, and what `y` copies.
    var name: String {
        switch self {
        case .client(let address), .failure(let address, _): address
        case .ban(let prefix), .entry(_, let prefix): prefix.description
        case .block(let subject, _): subject
        case .setting(let setting): setting.path
        case .key(let id): id.rawValue
        }
    }

    /// The address or network that a ban of this row would shut out.
    var prefix: AddressPrefix? {
        switch self {
        case .client(let address), .failure(let address, _), .block(let address, isKey: false):
            try? AddressPrefix(parsing: address)
        case .ban(let prefix), .entry(_, let prefix):
            prefix
        case .block, .setting, .key:
            nil
        }
    }
}
