import MCP

/// How one kind of value stands in a policy's JSON and in an operator's words.
struct DocumentForm<Value: Codable & Equatable & Sendable>: Sendable {
    /// Nil when a problem was reported.
    let read: @Sendable (inout DocumentReader, JSONValue, String) -> Value?
    let json: @Sendable (Value) -> JSONValue
    /// Adds the lines for a change of the member of this name; nil where there was or is none.
    let compare: @Sendable (inout PolicyDifference, String, Value?, Value?) -> Void

    /// A kind whose changes are one line: the words before and after.
    private init(
        read: @escaping @Sendable (inout DocumentReader, JSONValue, String) -> Value?,
        json: @escaping @Sendable (Value) -> JSONValue,
        words: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            read: read,
            json: json,
            compare: { difference, subject, before, after in
                difference.compareTexts(subject, before.map(words), after.map(words))
            }
        )
    }

    private init(
        read: @escaping @Sendable (inout DocumentReader, JSONValue, String) -> Value?,
        json: @escaping @Sendable (Value) -> JSONValue,
        compare: @escaping @Sendable (inout PolicyDifference, String, Value?, Value?) -> Void
    ) {
        self.read = read
        self.json = json
        self.compare = compare
    }

    /// A text that `parse` understands, or says what it should be.
    private static func parsed(
        _ parse: @escaping @Sendable (String) throws(FormProblem) -> Value,
        text: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(
            read: { reader, json, path in
                guard let source = DocumentForm<String>.text.read(&reader, json, path) else {
                    return nil
                }
                do throws(FormProblem) {
                    return try parse(source)
                } catch {
                    reader.report(path, error.message)
                    return nil
                }
            },
            json: { .string(text($0)) },
            words: text
        )
    }

    /// Several of a kind, in order; a difference names those that came and went.
    static func list<Element>(_ form: DocumentForm<Element>) -> Self where Value == [Element] {
        Self(
            read: { reader, json, path in
                guard case .array(let values) = json else {
                    reader.report(path, "must be an array")
                    return nil
                }
                let elements = values.enumerated().compactMap { index, value in
                    form.read(&reader, value, "\(path)[\(index)]")
                }
                return elements.count == values.count ? elements : nil
            },
            json: { .array($0.map(form.json)) },
            compare: { difference, subject, before, after in
                let words = { (elements: Value?) in
                    (elements ?? []).map { form.json($0).operatorWords }
                }
                difference.compareSets(subject, words(before), words(after))
                difference.compareOrder(subject, words(before), words(after))
            }
        )
    }
}

/// Why a text is not the value it should be.
private struct FormProblem: Error {
    var message: String
}

extension DocumentForm where Value == Bool {
    static var flag: Self {
        Self(
            read: { reader, json, path in
                if case .bool(let flag) = json { return flag }
                reader.report(path, "must be true or false")
                return nil
            },
            json: { .bool($0) },
            words: { $0.description }
        )
    }
}

extension DocumentForm where Value: FixedWidthInteger {
    /// A whole number; a fraction is refused even when it is `.0`.
    static var number: Self {
        Self(
            read: { reader, json, path in
                if case .integer(let integer) = json, let number = Value(exactly: integer) {
                    return number
                }
                reader.report(path, "must be a whole number")
                return nil
            },
            json: { .integer(Int64(clamping: $0)) },
            words: { $0.description }
        )
    }
}

extension DocumentForm where Value == String {
    static var text: Self {
        Self(
            read: { reader, json, path in
                if case .string(let text) = json { return text }
                reader.report(path, "must be a text")
                return nil
            },
            json: { .string($0) },
            words: { $0 }
        )
    }
}

extension DocumentForm where Value == Timestamp {
    static var moment: Self {
        .parsed(
            { text throws(FormProblem) in
                do throws(TimestampProblem) {
                    return try Timestamp(parsing: text)
                } catch {
                    throw FormProblem(message: error.description)
                }
            },
            text: \.description
        )
    }
}

extension DocumentForm where Value == AddressPrefix {
    static var network: Self {
        .parsed(
            { text throws(FormProblem) in
                do throws(AddressProblem) {
                    return try AddressPrefix(parsing: text)
                } catch {
                    throw FormProblem(message: error.message)
                }
            },
            text: \.description
        )
    }
}

extension DocumentForm where Value == KeyID {
    static var keyID: Self { .parsed({ KeyID($0) }, text: \.rawValue) }
}

extension DocumentForm where Value == SecretDigest {
    static var digest: Self {
        .parsed(
            { text throws(FormProblem) in
                if let digest = SecretDigest(hex: text) { return digest }
                throw FormProblem(message: "must be 64 lower-case hexadecimal digits")
            },
            text: \.description
        )
    }
}

extension DocumentForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One word of a few.
    static var word: Self {
        .parsed(
            { text throws(FormProblem) in
                let known = Value.allCases.first { $0.rawValue.utf8.elementsEqual(text.utf8) }
                if let known { return known }
                let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw FormProblem(message: "must be one of \(words)")
            },
            text: \.rawValue
        )
    }
}

extension DocumentForm where Value: DocumentObject {
    /// An object; a difference has a line for each of its members, unless it came or went whole.
    static var object: Self {
        Self(
            read: { reader, json, path in Value.read(json, path: path, by: &reader) },
            json: { $0.json },
            compare: { difference, subject, before, after in
                if let before, let after {
                    Value.compare(before, after, prefix: "\(subject).", in: &difference)
                } else {
                    difference.compareTexts(
                        subject,
                        before?.json.operatorWords,
                        after?.json.operatorWords
                    )
                }
            }
        )
    }
}

extension JSONValue {
    /// The value in a difference: texts and numbers as they are, lists and members after another.
    fileprivate var operatorWords: String {
        switch self {
        case .null: "none"
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): text
        case .array(let values): values.map(\.operatorWords).joined(separator: " ")
        case .object(let members):
            members.filter { !$0.value.isHollow }
                .map { "\($0.key) \($0.value.operatorWords)" }.joined(separator: ", ")
        }
    }

    /// Whether there is nothing in it to tell.
    private var isHollow: Bool {
        switch self {
        case .array(let values): values.isEmpty
        case .object(let members): members.allSatisfy(\.value.isHollow)
        default: false
        }
    }
}
