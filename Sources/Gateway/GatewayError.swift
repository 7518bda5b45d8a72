/// Why the gateway could not start listening.
package struct GatewayError: Error, CustomStringConvertible {
    /// What a caller can act on; new cases may be added.
    package enum Code: String, Sendable, CaseIterable {
        /// Another process listens there.
        case portInUse = "port_in_use"
        /// The host is not an address of this machine, or its name does not resolve.
        case addressUnavailable = "address_unavailable"
        /// The port is reserved for privileged processes.
        case permissionDenied = "permission_denied"
        /// The process has no file descriptor left.
        case descriptorsExhausted = "descriptors_exhausted"
        /// The port is outside 0…65535 or a bound is not positive.
        case settingsInvalid = "settings_invalid"
        /// The certificate or its key cannot be served; the cause is a `TLSProblem`.
        case certificateUnusable = "certificate_unusable"
        /// Anything else the system answered.
        case systemFailure = "system_failure"
    }

    package var code: Code
    /// One sentence that names the thing and the remedy.
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }
}
