package import Foundation
import MCP
import Policy

/// How the admin endpoint writes and reads JSON.
package enum AdminJSON {
    /// Members sorted, slashes plain: equal values are equal bytes.
    package static func encode(_ value: some Encodable, isPretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    /// For answers of a server that is trusted and may be newer: unknown members are skipped.
    package static func decodeAnswer<Value: Decodable>(
        _ type: Value.Type,
        from bytes: some Sequence<UInt8>
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// For requests: repeated and unknown members, bad UTF-8 and excessive depth are refused.
    ///
    /// - Throws: `.invalidRequest` with the path and the reason; `.invalidPolicy` with every problem
    ///   of a whole document.
    package static func decodeRequest<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8]
    ) throws(AdminError) -> Value {
        let value = try document(from: bytes)
        do {
            return try Value(from: StrictDecoder(value))
        } catch let error as AdminError {
            throw error
        } catch let error as PolicyProblems {
            throw AdminError(
                .invalidPolicy,
                "The policy would not be valid, so nothing was changed.",
                problems: error.problems
            )
        } catch let error as DecodingError {
            throw AdminError(describing: error)
        } catch {
            throw AdminError(.invalidRequest, "The body does not have the expected form.")
        }
    }

    private static func document(from bytes: [UInt8]) throws(AdminError) -> JSONValue {
        do {
            return try JSONValue.parse(bytes.span.bytes)
        } catch {
            throw AdminError(
                .invalidRequest,
                "The body is not JSON that can be accepted: \(error)."
            )
        }
    }
}

extension AdminError {
    /// The decoding failure as one problem with its path.
    init(describing error: DecodingError) {
        let context =
            switch error {
            case .dataCorrupted(let context): context
            case .keyNotFound(let key, let context):
                DecodingError.Context(
                    codingPath: context.codingPath + [key],
                    debugDescription: "It is missing."
                )
            case .typeMismatch(_, let context), .valueNotFound(_, let context): context
            @unknown default:
                DecodingError.Context(codingPath: [], debugDescription: "The form is unknown.")
            }
        let path = context.codingPath.jsonPath
        let problem = PolicyProblem(path: path, message: context.debugDescription)
        self.init(
            .invalidRequest,
            path.isEmpty ? problem.message : "\(path): \(problem.message)",
            problems: [problem]
        )
    }
}

extension [any CodingKey] {
    /// Like `allowlist[3].prefix`.
    fileprivate var jsonPath: String {
        reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
