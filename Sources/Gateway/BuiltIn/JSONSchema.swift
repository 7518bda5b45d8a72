import MCP

extension JSONValue {
    /// An object with its members in the written order.
    static func record(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { JSONMember($0, $1) })
    }

    static func count(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }

    static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    static func time(_ time: some CustomStringConvertible) -> JSONValue {
        .string(time.description)
    }
}

/// JSON Schema, draft 2020-12: the few forms that the built-in tools need.
enum JSONSchema {
    static let string = JSONValue.record(["type": .string("string")])
    static let integer = JSONValue.record([
        "type": .string("integer"), "minimum": .integer(0),
    ])
    static let time = JSONValue.record([
        "type": .string("string"), "format": .string("date-time"),
    ])

    static func array(of items: JSONValue) -> JSONValue {
        .record(["type": .string("array"), "items": items])
    }

    /// Every property is required but those in `optional`.
    static func object(
        _ properties: KeyValuePairs<String, JSONValue>,
        optional: Set<String> = []
    ) -> JSONValue {
        let required = properties.map(\.key).filter { !optional.contains($0) }
        return .record([
            "type": .string("object"),
            "properties": .record(properties),
            "required": .array(required.map { .string($0) }),
            "additionalProperties": .bool(false),
        ])
    }
}
