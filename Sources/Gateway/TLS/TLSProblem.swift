/// Why a certificate and its key cannot be served.
package struct TLSProblem: Error, Equatable, CustomStringConvertible {
    /// What a caller can act on; new cases may be added.
    package enum Code: String, Sendable, CaseIterable {
        /// A file is missing, too large, or may not be read.
        case fileUnreadable = "file_unreadable"
        /// The certificate file holds no certificate.
        case certificateMalformed = "certificate_malformed"
        /// The key file holds no private key, or an encrypted one.
        case keyMalformed = "key_malformed"
        /// The key is not the one of the first certificate.
        case keyMismatch = "key_mismatch"
        case certificateExpired = "certificate_expired"
        case certificateNotYetValid = "certificate_not_yet_valid"
        /// The file of client authorities holds no certificate.
        case clientAuthorityMalformed = "client_authority_malformed"
    }

    package var code: Code
    /// One sentence that names the file and the remedy; never a byte of the key.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
