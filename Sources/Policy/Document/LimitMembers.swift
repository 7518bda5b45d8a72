extension LimitRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .required("isRateLimitEnabled", \.isRateLimitEnabled, .flag),
        .required("perAddress", \.perAddress, .object),
        .required("perKey", \.perKey, .object),
        .required("blockSeconds", \.blockSeconds, .number),
        .required("bodyBytesMax", \.bodyBytesMax, .number),
        .defaulted("perTool", \.perTool, .list(.object)),
        .optional("perUpstream", \.perUpstream, .object),
        .defaulted("concurrency", \.concurrency, .object),
        .defaulted("bytesPerMinute", \.bytesPerMinute, .number),
    ]
}

extension RateRule: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .required("requestsPerMinute", \.requestsPerMinute, .number),
        .required("burst", \.burst, .number),
    ]
}

extension ToolRateRule: DocumentObject {
    package static let blank = Self(pattern: "", rate: .blank)
    package static let members: [DocumentMember<Self>] = [
        .required("pattern", \.pattern, .text),
        .required("rate", \.rate, .object),
    ]
}

extension ConcurrencyRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .defaulted("connections", \.connections, .number),
        .defaulted("connectionsPerAddress", \.connectionsPerAddress, .number),
        .defaulted("requestsPerPrincipal", \.requestsPerPrincipal, .number),
        .defaulted("streams", \.streams, .number),
        .defaulted("streamsPerPrincipal", \.streamsPerPrincipal, .number),
        .defaulted("loopLagMillisecondsMax", \.loopLagMillisecondsMax, .number),
    ]
}
