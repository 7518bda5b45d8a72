package import Policy

/// What a request asks for, from its method and path alone.
enum AdminRoute: Equatable {
    case status
    case telemetry
    case policy
    case history
    case revision(RevisionNumber)
    case check
    case edit
    case rollback
    case createKey
    case rotateKey(KeyID)
    case bans
    case addBan
    case removeBan
    case tools
    case approveTool
    case events
    case stream

    /// The outcome of looking a request up.
    enum Lookup: Equatable {
        case found(AdminRoute)
        /// The path exists for these methods only.
        case methodNotAllowed(allowed: [String])
        case notFound
    }

    /// Looks `path` up as it was sent: nothing is decoded, nothing is normalised.
    static func lookUp(method: String, path: String) -> Lookup {
        let routes = routes(at: path)
        if routes.isEmpty { return .notFound }
        if let match = routes.first(where: { $0.method == method }) { return .found(match.route) }
        return .methodNotAllowed(allowed: routes.map(\.method))
    }

    private static func routes(at path: String) -> [(method: String, route: AdminRoute)] {
        let segments = path.utf8.split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        ).map { String(Substring($0)) }
        switch segments {
        case ["", "v1", "status"]: return [("GET", .status)]
        case ["", "v1", "telemetry"]: return [("GET", .telemetry)]
        case ["", "v1", "policy"]: return [("GET", .policy)]
        case ["", "v1", "policy", "revisions"]: return [("GET", .history)]
        case ["", "v1", "policy", "check"]: return [("POST", .check)]
        case ["", "v1", "policy", "edits"]: return [("POST", .edit)]
        case ["", "v1", "policy", "rollback"]: return [("POST", .rollback)]
        case ["", "v1", "keys"]: return [("POST", .createKey)]
        case ["", "v1", "bans"]:
            return [("GET", .bans), ("POST", .addBan), ("DELETE", .removeBan)]
        case ["", "v1", "tools"]: return [("GET", .tools)]
        case ["", "v1", "tools", "approve"]: return [("POST", .approveTool)]
        case ["", "v1", "events"]: return [("GET", .events)]
        case ["", "v1", "stream"]: return [("GET", .stream)]
        default: return routesWithParameter(segments)
        }
    }

    private static func routesWithParameter(
        _ segments: [String]
    ) -> [(method: String, route: AdminRoute)] {
        if segments.count == 5, segments[0...3] == ["", "v1", "policy", "revisions"],
            let number = RevisionNumber(decimal: segments[4])
        {
            return [("GET", .revision(number))]
        }
        if segments.count == 5, segments[0...2] == ["", "v1", "keys"], segments[4] == "rotate",
            case let id = KeyID(segments[3]), id.isWellFormed
        {
            return [("POST", .rotateKey(id))]
        }
        return []
    }
}

extension RevisionNumber {
    /// Decimal digits only: no sign, no blank, no leading zero but in `0` itself.
    package init?(decimal text: String) {
        guard let number = UInt64(strictDecimal: text) else { return nil }
        self.init(number)
    }
}

extension UInt64 {
    /// Decimal digits only: no sign, no blank, no leading zero but in `0` itself.
    init?(strictDecimal text: some StringProtocol) {
        let digits = text.utf8
        guard (1...20).contains(digits.count),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isSumTooLarge) = product.addingReportingOverflow(
                UInt64(digit - UInt8(ascii: "0"))
            )
            if isTooLarge || isSumTooLarge { return nil }
            number = sum
        }
        self = number
    }
}
