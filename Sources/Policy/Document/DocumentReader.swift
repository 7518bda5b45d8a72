import MCP

/// Reads values out of JSON, strictly, and collects every problem with its path.
///
/// Each read returns nil when it reported a problem. Names are compared by bytes, because Swift
/// holds texts equal that only look alike (the Kelvin sign and the letter K, for one).
struct DocumentReader {
    private(set) var problems: [PolicyProblem] = []

    /// The members of one object, and where it stands.
    struct Object {
        let path: String
        fileprivate let members: [JSONMember]

        fileprivate func value(_ name: String) -> JSONValue? {
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

    // MARK: Required members

    mutating func object(
        _ name: String,
        of object: Object,
        members names: [String]
    ) -> Object? {
        guard let value = required(name, of: object) else { return nil }
        return self.object(value, path: object.path(name), members: names)
    }

    /// Reads every element, with its path.
    mutating func array<Element>(
        _ name: String,
        of object: Object,
        countMax: Int,
        _ read: (inout Self, JSONValue, String) -> Element?
    ) -> [Element] {
        guard let value = required(name, of: object) else { return [] }
        let path = object.path(name)
        guard case .array(let values) = value else {
            report(path, "must be an array")
            return []
        }
        guard values.count <= countMax else {
            report(path, "has \(values.count) entries; at most \(countMax) are allowed")
            return []
        }
        return values.enumerated().compactMap { index, value in
            read(&self, value, "\(path)[\(index)]")
        }
    }

    mutating func bool(_ name: String, of object: Object) -> Bool? {
        guard let value = required(name, of: object) else { return nil }
        if case .bool(let bool) = value { return bool }
        report(object.path(name), "must be true or false")
        return nil
    }

    mutating func integer(_ name: String, of object: Object) -> Int64? {
        guard let value = required(name, of: object) else { return nil }
        if case .integer(let integer) = value { return integer }
        report(object.path(name), "must be a whole number")
        return nil
    }

    mutating func text(_ name: String, of object: Object) -> String? {
        guard let value = required(name, of: object) else { return nil }
        return text(value, path: object.path(name))
    }

    mutating func moment(_ name: String, of object: Object) -> Timestamp? {
        guard let text = text(name, of: object) else { return nil }
        return moment(text, path: object.path(name))
    }

    // MARK: Optional members

    mutating func optionalText(_ name: String, of object: Object) -> String? {
        optional(name, of: object).flatMap { text($0, path: object.path(name)) }
    }

    mutating func optionalMoment(_ name: String, of object: Object) -> Timestamp? {
        optionalText(name, of: object).flatMap { moment($0, path: object.path(name)) }
    }

    /// Nil when it is missing or null.
    func optional(_ name: String, of object: Object) -> JSONValue? {
        guard let value = object.value(name) else { return nil }
        if case .null = value { return nil }
        return value
    }

    // MARK: Values

    mutating func text(_ value: JSONValue, path: String) -> String? {
        if case .string(let text) = value { return text }
        report(path, "must be a text")
        return nil
    }

    private mutating func moment(_ text: String, path: String) -> Timestamp? {
        do throws(TimestampProblem) {
            return try Timestamp(parsing: text)
        } catch {
            report(path, error.description)
            return nil
        }
    }

    private mutating func required(_ name: String, of object: Object) -> JSONValue? {
        if let value = object.value(name) { return value }
        report(object.path(name), "is missing")
        return nil
    }

    /// A foreign name in a message: as it is when it is short and plain.
    private static func shown(_ name: String) -> String {
        let isPlain = name.utf8.count <= 64 && name.utf8.allSatisfy(\.isASCIIVisible)
        return isPlain && !name.isEmpty ? name : "(a name that is not plain text)"
    }
}
