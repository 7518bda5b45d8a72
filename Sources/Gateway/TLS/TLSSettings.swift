/// The files that let the gateway terminate TLS itself; their contents are hot, their paths are not.
package struct TLSSettings: Equatable, Sendable {
    /// PEM: the gateway's own certificate first, then the chain up to, but without, the root.
    package var certificatePath: String
    /// PEM: the private key of the first certificate, not encrypted.
    package var keyPath: String
    /// PEM: the authorities that client certificates may come from; nil asks clients for none.
    package var clientAuthorityPath: String?

    package init(certificatePath: String, keyPath: String, clientAuthorityPath: String? = nil) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.clientAuthorityPath = clientAuthorityPath
    }
}
