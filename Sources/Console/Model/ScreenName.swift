/// The console's screens in the order of their tabs.
enum ScreenName: Int, CaseIterable, Hashable, Sendable {
    case overview = 1
    case clients
    case blocked
    case authFailures
    case accessLists
    case limits
    case keys

    var title: String {
        switch self {
        case .overview: "Overview"
        case .clients: "Clients"
        case .blocked: "Blocked"
        case .authFailures: "Auth failures"
        case .accessLists: "Access lists"
        case .limits: "Limits"
        case .keys: "Keys"
        }
    }

    /// For tabs in a narrow terminal.
    var shortTitle: String {
        switch self {
        case .overview: "Over"
        case .clients: "Clnt"
        case .blocked: "Blck"
        case .authFailures: "Auth"
        case .accessLists: "List"
        case .limits: "Lim"
        case .keys: "Keys"
        }
    }

    /// The word that the command line knows it by.
    var command: String {
        switch self {
        case .authFailures: "auth"
        case .accessLists: "lists"
        default: title.lowercased()
        }
    }

    func following(by step: Int) -> ScreenName {
        let count = Self.allCases.count
        let position = (rawValue - 1 + step + count) % count
        return Self(rawValue: position + 1) ?? self
    }
}
