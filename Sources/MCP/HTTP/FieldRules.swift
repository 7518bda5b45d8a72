/// The rules about the fields of a head taken together.
struct FieldRules {
    let fields: FieldList
    let isHTTP11: Bool

    /// Fields that a gate and a server behind it must not read differently.
    private static let single: [FieldKind] = [
        .authorization, .apiKey, .origin, .contentType, .contentEncoding, .expect, .sessionID,
        .lastEventID,
    ]

    func checkRequestFields(in bytes: RawSpan) throws(HTTPProblem) {
        for kind in Self.single where fields.contains(kind) {
            guard fields.count(of: kind) == 1 else { throw .repeatedField }
        }
        switch fields.count(of: .host) {
        case 0:
            if isHTTP11 { throw .missingHost }
        case 1:
            if let host = fields.first(.host) { try HostRule.check(host.value, in: bytes) }
        default:
            throw .repeatedField
        }
        if isHTTP11, let expect = fields.first(.expect) {
            guard bytes.equalsFolded("100-continue", in: expect.value) else {
                throw .unsupportedExpectation
            }
        }
    }

    /// How the body is framed; nil when neither field is there.
    func framing(in bytes: RawSpan) throws(HTTPProblem) -> BodyFraming? {
        guard let encoding = fields.first(.transferEncoding) else {
            guard let length = fields.first(.contentLength) else { return nil }
            guard fields.count(of: .contentLength) == 1 else { throw .repeatedLength }
            return .length(try Self.length(length.value, in: bytes))
        }
        guard !fields.contains(.contentLength) else { throw .lengthWithEncoding }
        guard isHTTP11 else { throw .encodingNotAllowed }
        guard fields.count(of: .transferEncoding) == 1,
            bytes.equalsFolded("chunked", in: encoding.value)
        else { throw .unsupportedEncoding }
        return .chunked
    }

    /// Whether the connection may carry another message after this one.
    func isKeepAlive(in bytes: RawSpan) throws(HTTPProblem) -> Bool {
        guard fields.contains(.connection) else { return isHTTP11 }
        var closes = false
        var stays = false
        for index in fields.indices where fields[index].kind == .connection {
            var options = ListElements(fields[index].value)
            while let option = options.next(in: bytes) {
                if bytes.equalsFolded("close", in: option) {
                    closes = true
                } else if bytes.equalsFolded("keep-alive", in: option) {
                    stays = true
                } else {
                    try Self.checkConnectionOption(option, in: bytes)
                }
            }
        }
        return !closes && (isHTTP11 || stays)
    }

    /// An option names a field to be dropped on the way; one that would drop a field the gate or
    /// the server relies on is an attack.
    private static func checkConnectionOption(
        _ option: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) {
        let kind = FieldNames.kind(of: option, in: bytes)
        guard kind == .upgrade || kind == .hopByHop else { throw .malformedConnection }
    }

    /// Digits only; at most 18 of them, so that no sum of two lengths overflows.
    private static func length(
        _ value: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> Int {
        guard !value.isEmpty, value.count <= 18 else { throw .malformedLength }
        var length = 0
        for offset in value {
            guard ASCII.isDigit(bytes[offset]) else { throw .malformedLength }
            length = length * 10 + Int(bytes[offset] - 0x30)
        }
        return length
    }
}

/// The elements of a comma-separated field value, without the white space around them.
struct ListElements {
    private var rest: Range<Int>
    private var isDone = false

    init(_ value: Range<Int>) {
        rest = value
    }

    /// The next element, which may be empty; nil after the last.
    mutating func next(in bytes: RawSpan) -> Range<Int>? {
        guard !isDone else { return nil }
        var end = rest.lowerBound
        while end < rest.upperBound, bytes[end] != ASCII.comma { end += 1 }
        let element = FieldParser.trimmed(rest.lowerBound..<end, in: bytes)
        isDone = end == rest.upperBound
        rest = min(end + 1, rest.upperBound)..<rest.upperBound
        return element
    }
}
