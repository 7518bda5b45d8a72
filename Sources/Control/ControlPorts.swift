package import Admin

/// What the control plane asks of parts that it may not know.
package struct ControlPorts: Sendable {
    /// Nil where no passwords can be made.
    package var derivePassword: PasswordDerivationStep?
    /// The certificate in use; nil without TLS.
    package var certificate: @Sendable () -> CertificateTerm?

    package init(
        derivePassword: PasswordDerivationStep? = nil,
        certificate: @escaping @Sendable () -> CertificateTerm? = { nil }
    ) {
        self.derivePassword = derivePassword
        self.certificate = certificate
    }
}
