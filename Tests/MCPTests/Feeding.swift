@testable import MCP

/// Hands one input to a parser whole and byte by byte.
enum Feeding {
    static func request(
        _ text: String,
        limits: HeadLimits = HeadLimits()
    ) -> Parse<RequestHead> {
        request(Array(text.utf8), limits: limits)
    }

    static func request(
        _ bytes: [UInt8],
        limits: HeadLimits = HeadLimits()
    ) -> Parse<RequestHead> {
        RequestHeadParser.parse(bytes.span.bytes, limits: limits)
    }

    static func requestByteByByte(
        _ bytes: [UInt8],
        limits: HeadLimits = HeadLimits()
    ) -> Parse<RequestHead> {
        var parser = RequestHeadParser(limits: limits)
        let span = bytes.span.bytes
        for count in 0...bytes.count {
            let result = parser.parse(span.extracting(0..<count))
            if result != .incomplete { return result }
        }
        return .incomplete
    }

    static func response(_ text: String) -> Parse<ResponseHead> {
        let bytes = Array(text.utf8)
        return ResponseHeadParser.parse(bytes.span.bytes)
    }

    static func responseByteByByte(_ text: String) -> Parse<ResponseHead> {
        let bytes = Array(text.utf8)
        var parser = ResponseHeadParser()
        let span = bytes.span.bytes
        for count in 0...bytes.count {
            let result = parser.parse(span.extracting(0..<count))
            if result != .incomplete { return result }
        }
        return .incomplete
    }

    static func envelope(_ text: String) -> Result<MessageEnvelope, EnvelopeProblem> {
        envelope(Array(text.utf8))
    }

    static func envelope(_ bytes: [UInt8]) -> Result<MessageEnvelope, EnvelopeProblem> {
        EnvelopeScanner.scan(bytes.span.bytes)
    }
}

extension Parse {
    var value: Value? {
        guard case .complete(let value) = self else { return nil }
        return value
    }

    var problem: HTTPProblem? {
        guard case .refused(let problem) = self else { return nil }
        return problem
    }
}

extension Result {
    var problem: Failure? {
        guard case .failure(let problem) = self else { return nil }
        return problem
    }

    var value: Success? {
        guard case .success(let value) = self else { return nil }
        return value
    }
}

extension String {
    /// The text at byte offsets.
    func at(_ range: Range<Int>?) -> String? {
        guard let range else { return nil }
        return String(decoding: Array(utf8)[range], as: UTF8.self)
    }
}

/// A small generator that gives the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
