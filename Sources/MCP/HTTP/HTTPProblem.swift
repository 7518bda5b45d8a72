/// Why the bytes of a message are not HTTP/1 that every reader understands alike.
///
/// The raw value is a stable word for logs and events.
package enum HTTPProblem: String, Error, CaseIterable, Sendable {
    // Lines.
    case bareCarriageReturn = "bare_carriage_return"
    case bareLineFeed = "bare_line_feed"
    case controlCharacter = "control_character"
    case emptyFirstLine = "empty_first_line"
    case headTooLarge = "head_too_large"
    // The first line.
    case malformedRequestLine = "malformed_request_line"
    case malformedStatusLine = "malformed_status_line"
    case malformedMethod = "malformed_method"
    case malformedTarget = "malformed_target"
    case targetTooLong = "target_too_long"
    case unsupportedTargetForm = "unsupported_target_form"
    case malformedVersion = "malformed_version"
    case unsupportedVersion = "unsupported_version"
    // Fields.
    case tooManyFields = "too_many_fields"
    case obsoleteFolding = "obsolete_folding"
    case spaceBeforeColon = "space_before_colon"
    case malformedFieldName = "malformed_field_name"
    /// A known name with `_` for `-`, which some servers behind a gateway read as that name.
    case disguisedField = "disguised_field"
    case nonASCIIValue = "non_ascii_value"
    case repeatedField = "repeated_field"
    case missingHost = "missing_host"
    case malformedHost = "malformed_host"
    case malformedConnection = "malformed_connection"
    case unsupportedExpectation = "unsupported_expectation"
    // Framing.
    case malformedLength = "malformed_length"
    case repeatedLength = "repeated_length"
    case lengthWithEncoding = "length_with_encoding"
    case unsupportedEncoding = "unsupported_encoding"
    case encodingNotAllowed = "encoding_not_allowed"
    case lengthNotAllowed = "length_not_allowed"
    case unexpectedUpgrade = "unexpected_upgrade"
    // Chunks.
    case malformedChunkSize = "malformed_chunk_size"
    case chunkTooLarge = "chunk_too_large"
    case malformedChunkEnd = "malformed_chunk_end"
    case malformedChunkExtension = "malformed_chunk_extension"
    case chunkExtensionsTooLarge = "chunk_extensions_too_large"
    case trailersTooLarge = "trailers_too_large"
    case malformedTrailer = "malformed_trailer"

    /// The status to answer a request with: 400, 414, 417, 431, 501 or 505.
    package var httpStatus: Int {
        switch self {
        case .targetTooLong: 414
        case .unsupportedExpectation: 417
        case .headTooLarge, .tooManyFields, .trailersTooLarge: 431
        case .unsupportedEncoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }
}
