import Crypto
import MCP
import Policy

/// What a request shows as its credential: the bytes of one key, nothing, or something unusable.
enum PresentedCredential: Equatable {
    case none
    /// Offsets into the head's bytes.
    case key(Range<Int>)
    /// Repeated, contradictory, of another scheme, empty or too long.
    case unusable

    private static let keyBytesMax = 256

    /// A key comes in `X-API-Key` or as `Authorization: Bearer`; in both only if they agree.
    static func find(in head: RequestHead, of bytes: RawSpan) -> PresentedCredential {
        let plain = key(.apiKey, in: head, of: bytes)
        let bearer = key(.authorization, in: head, of: bytes)
        switch (plain, bearer) {
        case (.none, let other), (let other, .none): return other
        case (.key(let left), .key(let right)):
            return bytes.equals(left, of: bytes, in: right) ? plain : .unusable
        default: return .unusable
        }
    }

    private static func key(
        _ kind: FieldKind,
        in head: RequestHead,
        of bytes: RawSpan
    ) -> PresentedCredential {
        guard let field = head.fields.first(kind) else { return .none }
        guard head.fields.count(of: kind) == 1 else { return .unusable }
        var value = field.value
        if kind == .authorization {
            guard let token = bearerToken(in: value, of: bytes) else { return .unusable }
            value = token
        }
        guard !value.isEmpty, value.count <= keyBytesMax,
            bytes.isVisible(in: value)
        else { return .unusable }
        return .key(value)
    }

    private static func bearerToken(in value: Range<Int>, of bytes: RawSpan) -> Range<Int>? {
        guard value.count > 7, bytes.equalsFolded("bearer ", in: value.prefix(7)) else {
            return nil
        }
        var start = value.lowerBound + 7
        while start < value.upperBound, bytes[start] == ASCII.space { start += 1 }
        return start..<value.upperBound
    }
}

extension SecretDigest {
    /// The SHA-256 of the bytes in `range`.
    init(hashing range: Range<Int>, of bytes: RawSpan) {
        let digest = bytes.extracting(range).withUnsafeBytes { SHA256.hash(data: $0) }
        self = digest.withUnsafeBytes { digest in
            SecretDigest(
                words: (
                    Self.word(0, of: digest), Self.word(1, of: digest),
                    Self.word(2, of: digest), Self.word(3, of: digest)
                )
            )
        }
    }

    private static func word(_ index: Int, of digest: UnsafeRawBufferPointer) -> UInt64 {
        digest[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
