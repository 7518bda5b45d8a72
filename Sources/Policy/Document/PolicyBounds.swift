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
}
