package import MCP

/// A part of a policy that is an object in JSON and whose members are described once.
///
/// From that one description it is read strictly with every problem and its path, written in a
/// fixed order, decoded, encoded and compared.
package protocol DocumentObject: Codable, Equatable, Sendable {
    /// What reading begins with: the defaults, and nothing where there is no default.
    static var blank: Self { get }
    /// In the order in which they are written.
    static var members: [DocumentMember<Self>] { get }
}

extension DocumentObject {
    /// The value as JSON, members always in the same order and nil ones left out.
    ///
    /// Equal values make equal JSON, so its bytes may be digested.
    package var json: JSONValue {
        .object(
            Self.members.compactMap { member in
                member.json(self).map { JSONMember(member.name, $0) }
            }
        )
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: DocumentKey<Self>.self)
        var value = Self.blank
        for member in Self.members {
            try member.decode(container, DocumentKey(member.name), &value)
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: DocumentKey<Self>.self)
        for member in Self.members {
            try member.encode(self, &container, DocumentKey(member.name))
        }
    }

    /// The value without the members that could not be read; nil when one without default is gone.
    static func read(_ json: JSONValue, path: String, by reader: inout DocumentReader) -> Self? {
        guard let object = reader.object(json, path: path, members: members.map(\.name)) else {
            return nil
        }
        var value = blank
        var isWhole = true
        for member in members {
            let isRead = member.read(&reader, object, &value)
            isWhole = isWhole && isRead
        }
        return isWhole ? value : nil
    }

    /// Adds a line for every member that differs.
    ///
    /// `prefix` is what stands before a member's name, such as `limits.`.
    static func compare(
        _ before: Self,
        _ after: Self,
        prefix: String,
        in difference: inout PolicyDifference
    ) {
        for member in members {
            member.compare(&difference, prefix + member.name, before, after)
        }
    }
}

/// One member of a policy's object: its name, and how it is read, written and compared.
package struct DocumentMember<Whole: DocumentObject>: Sendable {
    typealias Source = KeyedDecodingContainer<DocumentKey<Whole>>
    typealias Target = KeyedEncodingContainer<DocumentKey<Whole>>
    typealias Place<Value> = any WritableKeyPath<Whole, Value> & Sendable

    let name: String
    /// False when the member was needed and could not be read; the reader knows why.
    let read: @Sendable (inout DocumentReader, DocumentReader.Object, inout Whole) -> Bool
    let json: @Sendable (Whole) -> JSONValue?
    let decode: @Sendable (Source, DocumentKey<Whole>, inout Whole) throws -> Void
    let encode: @Sendable (Whole, inout Target, DocumentKey<Whole>) throws -> Void
    let compare: @Sendable (inout PolicyDifference, String, Whole, Whole) -> Void

    /// A member that every text must have: one that was cut short must not open the gate.
    static func required<Value>(
        _ name: String,
        _ place: Place<Value>,
        _ form: DocumentForm<Value>
    ) -> Self {
        Self(
            name: name,
            read: { reader, object, whole in
                guard let json = reader.required(name, of: object),
                    let value = form.read(&reader, json, object.path(name))
                else { return false }
                whole[keyPath: place] = value
                return true
            },
            json: { form.json($0[keyPath: place]) },
            decode: { source, key, whole in
                whole[keyPath: place] = try source.decode(Value.self, forKey: key)
            },
            encode: { try $1.encode($0[keyPath: place], forKey: $2) },
            compare: { form.compare(&$0, $1, $2[keyPath: place], $3[keyPath: place]) }
        )
    }

    /// A member that keeps its default when a text leaves it out.
    static func defaulted<Value>(
        _ name: String,
        _ place: Place<Value>,
        _ form: DocumentForm<Value>
    ) -> Self {
        let required = required(name, place, form)
        return Self(
            name: name,
            read: { reader, object, whole in
                guard object.value(name) != nil else { return true }
                return required.read(&reader, object, &whole)
            },
            json: required.json,
            decode: { source, key, whole in
                if source.contains(key) { try required.decode(source, key, &whole) }
            },
            encode: required.encode,
            compare: required.compare
        )
    }

    /// A member that may be nil: left out when written, left out or null when read.
    static func optional<Value>(
        _ name: String,
        _ place: Place<Value?>,
        _ form: DocumentForm<Value>
    ) -> Self {
        Self(
            name: name,
            read: { reader, object, whole in
                guard let json = reader.optional(name, of: object) else { return true }
                whole[keyPath: place] = form.read(&reader, json, object.path(name))
                return whole[keyPath: place] != nil
            },
            json: { $0[keyPath: place].map(form.json) },
            decode: { source, key, whole in
                whole[keyPath: place] = try source.decodeIfPresent(Value.self, forKey: key)
            },
            encode: { try $1.encodeIfPresent($0[keyPath: place], forKey: $2) },
            compare: { form.compare(&$0, $1, $2[keyPath: place], $3[keyPath: place]) }
        )
    }
}

/// The name of a member of `Whole`; nothing else is one.
package struct DocumentKey<Whole: DocumentObject>: CodingKey {
    package let stringValue: String

    package init?(stringValue: String) {
        guard Whole.members.contains(where: { $0.name.utf8.elementsEqual(stringValue.utf8) })
        else { return nil }
        self.stringValue = stringValue
    }

    package init?(intValue: Int) { nil }

    package var intValue: Int? { nil }

    fileprivate init(_ name: String) {
        stringValue = name
    }
}
