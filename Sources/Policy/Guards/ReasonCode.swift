/// Why a call was refused or an event raised.
///
/// The raw value is the same word in the response, the log, the event, the console and the
/// documentation, and never changes its meaning.
package enum ReasonCode: String, Sendable, Codable, CaseIterable {
    // The client's address.
    case banned
    case addressDenied = "address_denied"
    case addressNotAllowed = "address_not_allowed"
    case addressBlocked = "address_blocked"
    case addressRateLimited = "address_rate_limited"
    case connectionLimit = "connection_limit"
    /// The gate is closed to everyone but a list.
    case lockdown
    /// Too many failed credentials came from the address.
    case addressBanned = "address_banned"
    /// Failed credentials from an address that good ones come from too.
    case failuresLimited = "failures_limited"
    // The proxy in front.
    /// A trusted proxy named the client in a way that cannot be read.
    case forwardingUnreadable = "forwarding_unreadable"
    /// A connection of a trusted proxy does not begin with a sound PROXY header.
    case proxyHeaderInvalid = "proxy_header_invalid"
    // The encryption.
    /// A client sent what is no TLS, or nothing that both sides can agree on, or a certificate that
    /// cannot be verified.
    case handshakeFailed = "handshake_failed"
    // The browser's headers.
    case hostNotAllowed = "host_not_allowed"
    case originNotAllowed = "origin_not_allowed"
    // The credentials.
    case credentialsMissing = "credentials_missing"
    case credentialsInvalid = "credentials_invalid"
    case credentialsInQuery = "credentials_in_query"
    case keyExpired = "key_expired"
    case keyDisabled = "key_disabled"
    case keyRevoked = "key_revoked"
    case keySecretRetired = "key_secret_retired"
    case keyRateLimited = "key_rate_limited"
    case keyBlocked = "key_blocked"
    /// A good credential from a network that its holder may not call from.
    case keyNetworkNotAllowed = "key_network_not_allowed"
    /// A signed access token that cannot be read.
    case tokenMalformed = "token_malformed"
    /// A signed access token with a wrong key, algorithm, header or signature.
    case tokenForged = "token_forged"
    /// A signed access token of another issuer or for another audience.
    case tokenMisdirected = "token_misdirected"
    case tokenExpired = "token_expired"
    case tokenNotYetValid = "token_not_yet_valid"
    /// The scopes of a signed access token do not open the call.
    case insufficientScope = "insufficient_scope"
    /// The issuer's public keys could not be fetched, or there was no memory to judge a password.
    case verificationUnavailable = "verification_unavailable"
    /// Too many credentials are being verified.
    case verificationBusy = "verification_busy"
    // How much at once.
    /// Too many calls of one principal are under way.
    case concurrencyLimit = "concurrency_limit"
    /// Too many event streams are open, of one principal or of all clients.
    case streamLimit = "stream_limit"
    /// The principal's bytes in a minute are used up.
    case bytesLimited = "bytes_limited"
    /// The event loop is late.
    case overloaded
    // The request.
    case malformedHTTP = "malformed_http"
    case headersTooLarge = "headers_too_large"
    case requestTimeout = "request_timeout"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case contentTypeUnsupported = "content_type_unsupported"
    case bodyTooLarge = "body_too_large"
    // The message.
    case malformedJSON = "malformed_json"
    case duplicateMember = "duplicate_member"
    case tooDeep = "too_deep"
    case invalidMessage = "invalid_message"
    case headerMismatch = "header_mismatch"
    case metadataMissing = "metadata_missing"
    case versionUnsupported = "version_unsupported"
    case sessionUnknown = "session_unknown"
    case toolUnknown = "tool_unknown"
    /// The principal may not call the tool; it is told that there is none.
    case toolForbidden = "tool_forbidden"
    /// The principal may not call the method; it is told that there is none.
    case methodForbidden = "method_forbidden"
    /// The upstream changed the tool after it was first seen.
    case toolChanged = "tool_changed"
    /// The texts of a tool hold what a reader does not see.
    case toolSuspicious = "tool_suspicious"
    /// A server has more tools than can be pinned.
    case toolsUnpinned = "tools_unpinned"
    /// A list of tools cannot be read for certain.
    case toolsUnreadable = "tools_unreadable"
    // Behind the gate.
    case upstreamUnreachable = "upstream_unreachable"
    case upstreamTimeout = "upstream_timeout"
    case upstreamInvalid = "upstream_invalid"
    /// It failed too often and is left alone for a while.
    case upstreamSuspended = "upstream_suspended"
    /// The credential that the gate adds for it cannot be read.
    case upstreamCredentialMissing = "upstream_credential_missing"
    /// Too many children, calls or bytes are under way to it.
    case upstreamOverloaded = "upstream_overloaded"
    /// The session has an event stream already.
    case streamConflict = "stream_conflict"
    case draining
}

/// The outcome of asking one guard, or the whole chain.
package enum Ruling: Equatable, Sendable {
    case allow
    case deny(CallDenial)
}

/// A call the policy refused.
///
/// An outcome, not a failure: it is returned, counted and recorded, never thrown.
package struct CallDenial: Equatable, Sendable {
    /// The HTTP status, 400…599.
    package var status: Int
    /// Told to the client; one generic code for every bad credential.
    package var code: ReasonCode
    /// The true reason, for events and the console only.
    package var cause: ReasonCode
    /// Safe to show to the client: names no other client, key or limit.
    package var clientMessage: String
    /// Whole seconds for `Retry-After`, at least 1; nil where waiting does not help.
    package var retryAfterSeconds: Int64?

    package init(
        status: Int,
        code: ReasonCode,
        cause: ReasonCode? = nil,
        clientMessage: String,
        retryAfterSeconds: Int64? = nil
    ) {
        self.status = status
        self.code = code
        self.cause = cause ?? code
        self.clientMessage = clientMessage
        self.retryAfterSeconds = retryAfterSeconds
    }
}
