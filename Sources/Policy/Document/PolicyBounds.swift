/// The bounds of a policy, each in the unit of its name.
package enum PolicyBounds {
    package static let entryCountMax = 100_000
    package static let keyCountMax = 100_000
    package static let hostCountMax = 1000
    package static let originCountMax = 1000
    /// Unicode scalars.
    package static let reasonLengthMax = 200
    /// Unicode scalars.
    package static let keyNameLengthMax = 64
    /// Bytes; the longest DNS name.
    package static let hostLengthMax = 253
    /// Bytes.
    package static let urlLengthMax = 2048
    package static let keyIDLength = 8
    package static let secretsPerKeyMax = 2
    /// Requests per minute.
    package static let rateMax = 60_000_000
    /// Requests.
    package static let burstMax = 1_000_000
    package static let blockSecondsMax: Int64 = 86_400
    package static let bodyBytesMax = 1_073_741_824
    /// How long a rotated-out secret may still work.
    package static let graceSecondsMax: Int64 = 604_800
    /// Networks in a list that is not an address list.
    package static let networkCountMax = 1000
    /// A shorter network of trusted proxies would let strangers name any address.
    package static let trustedLengthMinV4 = 8
    package static let trustedLengthMinV6 = 16
    package static let patternCountMax = 1000
    package static let patternBytesMax = 128
    package static let preflightSecondsMax: Int64 = 86_400
    package static let usernameBytesMax = 64
    /// Binary logarithms of scrypt's rounds.
    package static let scryptCosts = 14...17
    package static let scopeCountMax = 1000
    package static let clockSkewSecondsMax: Int64 = 300
    package static let certificateCountMax = 1000
    package static let subjectBytesMax = 256
    package static let failureCountMax: Int64 = 10_000
    package static let failureWindowSecondsMax: Int64 = 3600
    package static let banSecondsMin: Int64 = 15
    package static let firstBanSecondsMax: Int64 = 86_400
    package static let banSecondsMax: Int64 = 604_800
    /// Connections, requests or streams at the same time.
    package static let concurrencyMax = 100_000
    package static let loopLagMillisecondsMax: Int64 = 60_000
    /// One tebibyte.
    package static let bytesPerMinuteMax: Int64 = 1_099_511_627_776
    package static let serverCountMax = 64
    package static let serverNameBytesMax = 32
    package static let argumentCountMax = 64
    /// Bytes; of a path or an argument of a command.
    package static let pathLengthMax = 4096
}
