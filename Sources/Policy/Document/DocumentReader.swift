import MCP

/// Opens the objects of a policy's JSON, strictly, and collects every problem with its path.
///
/// Names are compared by bytes, because Swift holds texts equal that only look alike (the Kelvin
/// sign and the letter K, for one).
struct DocumentReader {
    private(set) var problems: [PolicyProblem] = []

    /// The members of one object, and where it stands.
    struct Object {
        let path: String
        fileprivate let members: [JSONMember]

        func value(_ name: String) -> JSONValue? {
            members.first { $0.key.utf8.elementsEqual(name.utf8) }?.value
        }

        /// The path of a member, such as `limits.perKey`.
        func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    }

    mutating func report(_ path: String, _ message: String) {
        problems.append(PolicyProblem(path: path, message: message))
    }

    /// Opens an object whose members may only be those named.
    mutating func object(_ value: JSONValue, path: String, members names: [String]) -> Object? {
        guard case .object(let members) = value else {
            report(path, "must be an object")
            return nil
        }
        let object = Object(path: path, members: members)
        var seen: Set<[UInt8]> = []
        for member in members {
            let key = Array(member.key.utf8)
            if !names.contains(where: { $0.utf8.elementsEqual(key) }) {
                report(
                    object.path(Self.shown(member.key)),
                    "unknown member; known are \(names.joined(separator: ", "))"
                )
            } else if !seen.insert(key).inserted {
                report(object.path(member.key), "stands there twice")
            }
        }
        return object
    }

    /// Nil when it is missing, which is a problem.
    mutating func required(_ name: String, of object: Object) -> JSONValue? {
        if let value = object.value(name) { return value }
        report(object.path(name), "is missing")
        return nil
    }

    /// Nil when it is missing or null.
    func optional(_ name: String, of object: Object) -> JSONValue? {
        guard let value = object.value(name) else { return nil }
        if case .null = value { return nil }
        return value
    }

    /// A foreign name in a message: as it is when it is short and plain.
    private static func shown(_ name: String) -> String {
        let isPlain = name.utf8.count <= 64 && name.utf8.allSatisfy(\.isASCIIVisible)
        return isPlain && !name.isEmpty ? name : "(a name that is not plain text)"
    }
}
