import Hummingbird
import Policy

/// Refuses what no honest operator's tool sends, before anything is looked up.
enum RequestGuard {
    /// The names a request may be addressed to: a web page that was rebound to this socket through
    /// some relay would carry its own.
    private static let hosts = ["localhost", "gatehouse"]

    static func check(_ request: Request) throws(AdminRefusal) {
        guard let host = request.head.authority,
            hosts.contains(where: { $0.isASCIIEqual(to: host) }),
            !request.headers.contains(where: { $0.name.canonicalName == "host" })
        else {
            throw AdminRefusal(
                AdminError(.forbidden, "The Host must be localhost or gatehouse, given once.")
            )
        }
        for field in request.headers {
            let name = field.name.canonicalName
            guard name != "origin", !name.hasPrefix("sec-fetch-") else {
                throw AdminRefusal(
                    AdminError(.forbidden, "Browsers may not use the admin endpoint.")
                )
            }
        }
    }

    /// JSON only: a form that a web page posts has another type.
    static func checkContentType(_ request: Request) throws(AdminRefusal) {
        let types = request.headers.filter { $0.name.canonicalName == "content-type" }
        let accepted = ["application/json", "application/json; charset=utf-8"]
        guard types.count == 1, accepted.contains(where: { $0.isASCIIEqual(to: types[0].value) })
        else {
            throw AdminRefusal(
                AdminError(.invalidRequest, "The Content-Type must be application/json."),
                status: 415
            )
        }
    }

    /// The revision in `If-Match: "N"`; nil without the field.
    ///
    /// A list, a weak tag and `*` are refused: an edit has one base.
    static func baseRevision(of request: Request) throws(AdminRefusal) -> RevisionNumber? {
        let fields = request.headers.filter { $0.name.canonicalName == "if-match" }
        guard let field = fields.first else { return nil }
        let text = field.value
        guard fields.count == 1, text.utf8.count > 2, text.utf8.first == UInt8(ascii: "\""),
            text.utf8.last == UInt8(ascii: "\""),
            let number = RevisionNumber(decimal: String(text.dropFirst().dropLast()))
        else {
            throw AdminRefusal(
                AdminError(.invalidRequest, "If-Match must be one revision in quotes, like \"7\".")
            )
        }
        return number
    }

    static func requiredBase(of request: Request) throws(AdminRefusal) -> RevisionNumber {
        if let base = try baseRevision(of: request) { return base }
        throw AdminRefusal(
            AdminError(
                .invalidRequest,
                "Name the revision that the edit was made against: If-Match: \"N\", where N is the"
                    + " ETag of GET /v1/policy."
            ),
            status: 428
        )
    }
}

/// A request that is answered with a problem.
struct AdminRefusal: Error {
    var error: AdminError
    /// Overrides the status of the code.
    var status: Int?
    /// For 405.
    var allowedMethods: [String] = []

    init(_ error: AdminError, status: Int? = nil, allowedMethods: [String] = []) {
        self.error = error
        self.status = status
        self.allowedMethods = allowedMethods
    }
}

extension String {
    /// Equality that folds the 26 ASCII letters and nothing else.
    func isASCIIEqual(to other: String) -> Bool {
        utf8.lazy.map(\.asciiLowered).elementsEqual(other.utf8.lazy.map(\.asciiLowered))
    }
}

extension UInt8 {
    fileprivate var asciiLowered: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
