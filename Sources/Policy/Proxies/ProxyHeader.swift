/// What a trusted proxy writes before the first byte of a connection: whose it is.
///
/// Version 1 is a line of text, version 2 is binary; both by HAProxy's specification of the PROXY
/// protocol.
package struct ProxyHeader: Equatable, Sendable {
    /// Who connected to the proxy; nil when the connection is the proxy's own or its source is
    /// unknown to it.
    package var source: ClientAddress?
    /// 0…65,535; nil with the source.
    package var sourcePort: UInt16?
    /// What follows belongs to the client.
    package var byteCount: Int

    package init(source: ClientAddress?, sourcePort: UInt16?, byteCount: Int) {
        self.source = source
        self.sourcePort = sourcePort
        self.byteCount = byteCount
    }

    /// What the first bytes of a connection are.
    package enum Reading: Equatable, Sendable {
        /// So far everything is right; at most 536 bytes are ever asked for.
        case needsMore
        case complete(ProxyHeader)
        /// Close the connection: the proxy and this gate do not agree on who calls.
        case refused(Problem)
    }

    /// Why the first bytes of a connection are no PROXY header.
    package enum Problem: String, Error, CaseIterable, Sendable {
        /// They begin like neither version.
        case missing = "missing"
        /// No end within 107 bytes (version 1) or 536 bytes (version 2).
        case tooLong = "too_long"
        /// The line breaks the grammar of version 1.
        case malformedLine = "malformed_line"
        /// A version other than 2, or a command other than LOCAL and PROXY.
        case unknownCommand = "unknown_command"
        /// Neither TCP over IPv4, TCP over IPv6, nor unspecified.
        case unsupportedFamily = "unsupported_family"
        /// Shorter than the addresses of its family.
        case truncatedAddresses = "truncated_addresses"
        /// What follows the addresses is not a row of type, length and value.
        case malformedExtensions = "malformed_extensions"
    }

    /// Reads the header at the start of `bytes`, which are all that came so far.
    ///
    /// Asked again with more bytes, it says the same or more.
    package static func read(_ bytes: RawSpan) -> Reading {
        do throws(Problem) {
            if ProxyHeaderV2.mayBegin(bytes) {
                return try ProxyHeaderV2.read(bytes).map(Reading.complete) ?? .needsMore
            }
            if ProxyHeaderV1.mayBegin(bytes) {
                return try ProxyHeaderV1.read(bytes).map(Reading.complete) ?? .needsMore
            }
            throw .missing
        } catch {
            return .refused(error)
        }
    }
}
