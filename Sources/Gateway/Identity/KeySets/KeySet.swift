import MCP

/// The public keys of an authorization server: a JSON Web Key Set, RFC 7517.
struct KeySet: Sendable {
    static let bytesMax = 65_536
    static let keyCountMax = 100
    private static let depthMax = 8

    private let keys: [VerificationKey]
    /// Keys that may sign access tokens, each counted once.
    let keyCount: Int
    /// Keys of another kind or use, weak ones, and ones that cannot be read.
    let ignoredCount: Int

    init(_ bytes: [UInt8]) async throws(KeySetProblem) {
        guard bytes.count <= Self.bytesMax else { throw .tooLarge }
        let limits = MessageLimits(depthMax: Self.depthMax, numberBytesMax: 64)
        guard let document = try? JSONValue.parse(bytes, limits: limits),
            let entries = document["keys"]?.elements
        else { throw .malformed }
        guard entries.count <= Self.keyCountMax else { throw .tooManyKeys }
        var keys: [VerificationKey] = []
        var ignoredCount = 0
        for entry in entries {
            let read = await VerificationKey.read(entry)
            if read.isEmpty { ignoredCount += 1 }
            keys += read
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.keys = keys
        self.ignoredCount = ignoredCount
        keyCount = entries.count - ignoredCount
    }

    /// The key that a token means.
    ///
    /// A token that names no key means the only one of its algorithm; with several there is none.
    func key(named keyID: String?, for algorithm: SignatureAlgorithm) -> VerificationKey? {
        let fitting = keys.filter { $0.algorithm == algorithm }
        guard let keyID else { return fitting.count == 1 ? fitting.first : nil }
        return fitting.first { $0.isNamed(keyID) }
    }
}
