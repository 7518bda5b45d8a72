package import Policy

extension ReasonCode {
    /// The kind of event that a refusal for this reason is.
    package var eventKind: SecurityEvent.Kind {
        switch self {
        case .banned, .addressDenied, .addressNotAllowed, .lockdown, .addressBanned:
            .addressRefused
        case .addressBlocked, .addressRateLimited, .connectionLimit, .keyRateLimited, .keyBlocked,
            .concurrencyLimit, .streamLimit, .bytesLimited:
            .rateLimitViolation
        case .hostNotAllowed, .originNotAllowed:
            .originRefused
        case .credentialsMissing, .credentialsInvalid, .credentialsInQuery, .keyExpired,
            .keyDisabled, .keyRevoked, .keySecretRetired, .failuresLimited, .tokenMalformed,
            .tokenForged, .tokenMisdirected, .tokenExpired, .tokenNotYetValid,
            .verificationUnavailable, .verificationBusy, .keyNetworkNotAllowed:
            .authenticationFailure
        case .upstreamUnreachable, .upstreamTimeout, .upstreamInvalid, .upstreamSuspended,
            .upstreamCredentialMissing, .upstreamOverloaded:
            .upstreamFailure
        case .malformedHTTP, .headersTooLarge, .requestTimeout, .notFound, .methodNotAllowed,
            .notAcceptable, .contentTypeUnsupported, .bodyTooLarge, .malformedJSON,
            .duplicateMember, .tooDeep, .invalidMessage, .headerMismatch, .metadataMissing,
            .versionUnsupported, .sessionUnknown, .toolUnknown, .toolChanged, .draining,
            .forwardingUnreadable, .proxyHeaderInvalid, .handshakeFailed, .overloaded,
            .streamConflict, .insufficientScope, .toolForbidden, .methodForbidden:
            .requestRefused
        case .toolSuspicious, .toolsUnpinned, .toolsUnreadable:
            .toolChanged
        }
    }

    /// How much a refusal for this reason should worry an operator.
    ///
    /// Critical is what a correct and honest world never shows: a revoked key in use, no upstream.
    /// Information is what careless clients cause every day.
    package var eventSeverity: SecurityEvent.Severity {
        switch self {
        case .keyRevoked, .upstreamUnreachable, .upstreamCredentialMissing:
            .critical
        case .credentialsMissing, .keyExpired, .addressBlocked, .keyBlocked, .requestTimeout,
            .notFound, .methodNotAllowed, .notAcceptable, .contentTypeUnsupported, .bodyTooLarge,
            .malformedJSON, .invalidMessage, .metadataMissing, .versionUnsupported,
            .sessionUnknown, .toolUnknown, .draining, .lockdown, .addressBanned,
            .failuresLimited, .handshakeFailed, .streamConflict, .tokenExpired, .insufficientScope:
            .info
        case .banned, .addressDenied, .addressNotAllowed, .addressRateLimited, .connectionLimit,
            .hostNotAllowed, .originNotAllowed, .credentialsInvalid, .credentialsInQuery,
            .keyDisabled, .keySecretRetired, .keyRateLimited, .malformedHTTP, .headersTooLarge,
            .duplicateMember, .tooDeep, .headerMismatch, .upstreamTimeout, .upstreamInvalid,
            .forwardingUnreadable, .proxyHeaderInvalid, .concurrencyLimit, .streamLimit,
            .bytesLimited, .overloaded, .toolChanged, .upstreamSuspended, .upstreamOverloaded,
            .tokenMalformed, .tokenForged, .tokenMisdirected, .tokenNotYetValid,
            .verificationUnavailable, .verificationBusy, .keyNetworkNotAllowed, .toolForbidden,
            .methodForbidden, .toolSuspicious, .toolsUnpinned, .toolsUnreadable:
            .warning
        }
    }
}

extension IPAddress {
    /// How the client is written that `self`, a `ClientAddress.group`, stands for.
    var groupText: String { ClientAddress(self).description }
}
