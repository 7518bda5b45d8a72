import MCP

/// What a request says about the answers it can take, and an answer about itself.
enum MediaTypes {
    static func isJSON(_ value: Range<Int>, in bytes: RawSpan) -> Bool {
        bytes.equalsFolded("application/json", in: split(value, at: ASCII.semicolon, in: bytes).0)
    }

    static func isEventStream(_ value: Range<Int>, in bytes: RawSpan) -> Bool {
        bytes.equalsFolded("text/event-stream", in: split(value, at: ASCII.semicolon, in: bytes).0)
    }

    /// Which answers the `Accept` fields of a request allow.
    struct Acceptance: OptionSet {
        let rawValue: UInt8
        static let json = Acceptance(rawValue: 1)
        static let eventStream = Acceptance(rawValue: 2)
        static let both: Acceptance = [.json, .eventStream]
    }

    static func acceptance(_ head: RequestHead, in bytes: RawSpan) -> Acceptance {
        var acceptance: Acceptance = []
        for index in head.fields.indices where head.fields[index].kind == .accept {
            acceptance.formUnion(accepted(byList: head.fields[index].value, in: bytes))
        }
        return acceptance
    }

    private static func accepted(byList list: Range<Int>, in bytes: RawSpan) -> Acceptance {
        // What MCP clients send is known at a glance.
        if bytes.equalsFolded("application/json, text/event-stream", in: list) { return .both }
        var acceptance: Acceptance = []
        var rest: Range<Int>? = list
        while let list = rest {
            let (entry, following) = split(list, at: ASCII.comma, in: bytes)
            acceptance.formUnion(accepted(by: entry, in: bytes))
            rest = following
        }
        return acceptance
    }

    private static func accepted(by entry: Range<Int>, in bytes: RawSpan) -> Acceptance {
        let (range, parameters) = split(entry, at: ASCII.semicolon, in: bytes)
        if let parameters, isRejection(parameters, in: bytes) { return [] }
        if bytes.equalsFolded("*/*", in: range) { return .both }
        if bytes.equalsFolded("application/json", in: range) { return .json }
        if bytes.equalsFolded("application/*", in: range) { return .json }
        if bytes.equalsFolded("text/event-stream", in: range) { return .eventStream }
        if bytes.equalsFolded("text/*", in: range) { return .eventStream }
        return []
    }

    /// Whether the weight is zero: `q=0`, `q=0.0`, `q=0.00` or `q=0.000`.
    private static func isRejection(_ parameters: Range<Int>, in bytes: RawSpan) -> Bool {
        var rest: Range<Int>? = parameters
        while let list = rest {
            let (parameter, following) = split(list, at: ASCII.semicolon, in: bytes)
            if isZeroWeight(parameter, in: bytes) { return true }
            rest = following
        }
        return false
    }

    private static func isZeroWeight(_ parameter: Range<Int>, in bytes: RawSpan) -> Bool {
        let prefix = parameter.prefix(2)
        guard parameter.count > 2, bytes.equalsFolded("q=", in: prefix) else { return false }
        return parameter.dropFirst(2).allSatisfy {
            bytes[$0] == UInt8(ascii: "0") || bytes[$0] == UInt8(ascii: ".")
        }
    }

    /// The part before the first `separator` and the part after it, both without blanks around.
    private static func split(
        _ range: Range<Int>,
        at separator: UInt8,
        in bytes: RawSpan
    ) -> (first: Range<Int>, rest: Range<Int>?) {
        var end = range.lowerBound
        while end < range.upperBound, bytes[end] != separator { end += 1 }
        let first = trimmed(range.lowerBound..<end, in: bytes)
        guard end < range.upperBound else { return (first, nil) }
        return (first, trimmed(end + 1..<range.upperBound, in: bytes))
    }

    private static func trimmed(_ range: Range<Int>, in bytes: RawSpan) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isBlank(bytes[lower]) { lower += 1 }
        while lower < upper, isBlank(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.tab
    }
}
