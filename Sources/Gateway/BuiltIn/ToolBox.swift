import MCP
import Policy
import Telemetry

/// The tools of the built-in server.
struct ToolBox: Sendable {
    /// The value of `tools` in the answer to `tools/list`, in a fixed order.
    let definitions: JSONValue
    private let telemetry: TelemetryHub

    init(telemetry: TelemetryHub) {
        self.telemetry = telemetry
        definitions = .array(BuiltInTool.all.map(\.definition))
    }

    func named(_ name: String) -> BuiltInTool? {
        BuiltInTool.all.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The members of the result of `tools/call`.
    ///
    /// A bad value of an argument is a result that the calling model can read, not an error.
    func call(
        _ tool: BuiltInTool,
        _ arguments: [JSONMember],
        at now: Timestamp,
        monotonic: MonotonicTime
    ) -> [JSONMember] {
        switch ToolArguments.read(arguments, as: tool.parameters) {
        case .failure(let problem):
            return Self.content(problem.message, isError: true)
        case .success(let values):
            let reading = GateReading(telemetry: telemetry, now: now, monotonic: monotonic)
            let result = tool.run(values, reading)
            let text = String(decoding: result.serialized(), as: UTF8.self)
            return Self.content(text, isError: false) + [JSONMember("structuredContent", result)]
        }
    }

    private static func content(_ text: String, isError: Bool) -> [JSONMember] {
        let block = JSONValue.record(["type": .string("text"), "text": .string(text)])
        return [
            JSONMember("content", .array([block])),
            JSONMember("isError", .bool(isError)),
        ]
    }
}

/// What a tool may look at.
struct GateReading: Sendable {
    let telemetry: TelemetryHub
    let now: Timestamp
    let monotonic: MonotonicTime
}

/// One read-only tool.
struct BuiltInTool: Sendable {
    let name: String
    let title: String
    /// Words for the model that chooses among tools.
    let description: String
    let parameters: [ToolParameter]
    /// The JSON Schema of what `run` returns.
    let output: JSONValue
    let run: @Sendable (ToolArguments, GateReading) -> JSONValue

    /// As `tools/list` tells it.
    var definition: JSONValue {
        .record([
            "name": .string(name),
            "title": .string(title),
            "description": .string(description),
            "inputSchema": inputSchema,
            "outputSchema": output,
            "annotations": .record([
                "readOnlyHint": .bool(true),
                "destructiveHint": .bool(false),
                "idempotentHint": .bool(true),
                "openWorldHint": .bool(false),
            ]),
        ])
    }

    private var inputSchema: JSONValue {
        .record([
            "type": .string("object"),
            "properties": .object(parameters.map { JSONMember($0.name, $0.schema) }),
            "additionalProperties": .bool(false),
        ])
    }
}

/// An optional argument; every argument of these tools is an integer.
struct ToolParameter: Sendable {
    let name: String
    let description: String
    let range: ClosedRange<Int64>
    /// Nil when leaving it out means something of its own, which `description` tells.
    let defaultValue: Int64?

    var schema: JSONValue {
        var members = [
            JSONMember("type", .string("integer")),
            JSONMember("description", .string(description)),
            JSONMember("minimum", .integer(range.lowerBound)),
            JSONMember("maximum", .integer(range.upperBound)),
        ]
        if let defaultValue { members.append(JSONMember("default", .integer(defaultValue))) }
        return .object(members)
    }

    /// JSON has one kind of number, so 5.0 is an integer too.
    func integer(_ value: JSONValue) -> Int64? {
        let integer: Int64? =
            switch value {
            case .integer(let integer): integer
            case .number(let number): Int64(exactly: number)
            default: nil
            }
        return integer.flatMap { range.contains($0) ? $0 : nil }
    }
}

/// The arguments of one call, checked.
struct ToolArguments: Sendable {
    /// Why the arguments are not acceptable.
    struct Problem: Error, Equatable {
        /// Names what the tool takes and quotes nothing of the request.
        var message: String
    }

    private let values: [String: Int64]

    /// Nil when it was left out and has no default.
    subscript(name: String) -> Int64? { values[name] }

    static func read(
        _ members: [JSONMember],
        as parameters: [ToolParameter]
    ) -> Result<ToolArguments, Problem> {
        var values: [String: Int64] = [:]
        for parameter in parameters {
            values[parameter.name] = parameter.defaultValue
        }
        for member in members {
            let parameter = parameters.first { $0.name.utf8.elementsEqual(member.key.utf8) }
            guard let parameter else { return .failure(.unknown(parameters)) }
            guard let value = parameter.integer(member.value) else {
                return .failure(.badValue(parameter))
            }
            values[parameter.name] = value
        }
        return .success(ToolArguments(values: values))
    }
}

extension ToolArguments.Problem {
    fileprivate static func unknown(_ parameters: [ToolParameter]) -> Self {
        let names = parameters.map(\.name).joined(separator: ", ")
        return Self(
            message: names.isEmpty
                ? "This tool takes no arguments." : "This tool takes only: \(names)."
        )
    }

    fileprivate static func badValue(_ parameter: ToolParameter) -> Self {
        let range = parameter.range
        return Self(
            message: "\(parameter.name) must be an integer from \(range.lowerBound) to "
                + "\(range.upperBound)."
        )
    }
}
