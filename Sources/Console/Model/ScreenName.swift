/// The console's screens in the order of their tabs.
enum ScreenName: Int, CaseIterable, Hashable, Sendable {
    case overview = 1
    case clients
    case blocked
    case authFailures
    case accessLists
    case limits
    case keys
    case tools
    case upstreams
    case revisions

    var title: String {
        switch self {
        case .overview: "Overview"
        case .clients: "Clients"
        case .blocked: "Blocked"
        case .authFailures: "Auth failures"
        case .accessLists: "Access"
        case .limits: "Limits"
        case .keys: "Keys"
        case .tools: "Tools"
        case .upstreams: "Upstreams"
        case .revisions: "Revisions"
        }
    }

    /// For tabs in a narrow terminal.
    var shortTitle: String {
        switch self {
        case .overview: "Over"
        case .clients: "Clients"
        case .blocked: "Blocked"
        case .authFailures: "Auth"
        case .accessLists: "Access"
        case .limits: "Limits"
        case .keys: "Keys"
        case .tools: "Tools"
        case .upstreams: "Ups"
        case .revisions: "Revs"
        }
    }

    /// The key that goes to it: 1 to 9, and 0 for the tenth.
    var digit: Character { Character("\(rawValue % 10)") }

    /// Rows between the title and the table that say what the whole screen comes to.
    var summaryRows: Int {
        switch self {
        case .accessLists: 2
        case .tools: 1
        default: 0
        }
    }

    /// The word that the command line knows it by.
    var command: String {
        switch self {
        case .authFailures: "auth"
        default: title.lowercased()
        }
    }

    func following(by step: Int) -> ScreenName {
        let count = Self.allCases.count
        let position = (rawValue - 1 + step + count) % count
        return Self(rawValue: position + 1) ?? self
    }
}
