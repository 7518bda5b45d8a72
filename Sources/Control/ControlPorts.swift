package import Admin

/// What the control plane asks of parts that it may not know.
package struct ControlPorts: Sendable {
    /// Nil where no passwords can be made.
    package var derivePassword: PasswordDerivationStep?
    /// The certificate in use; nil without TLS.
    package var certificate: @Sendable () -> CertificateTerm?
    /// How the servers that are reached over HTTP are doing.
    package var upstreams: @Sendable () -> [UpstreamStanding]

    package init(
        derivePassword: PasswordDerivationStep? = nil,
        certificate: @escaping @Sendable () -> CertificateTerm? = { nil },
        upstreams: @escaping @Sendable () -> [UpstreamStanding] = { [] }
    ) {
        self.derivePassword = derivePassword
        self.certificate = certificate
        self.upstreams = upstreams
    }
}
