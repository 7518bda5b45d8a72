import ArgumentParser
import Gateway

/// Where the gate's certificate is, if it terminates TLS itself.
struct TLSOptions: ParsableArguments {
    /// What stands in for the options, in the environment or a `.env` file.
    static let names = ["TLS_CERTIFICATE", "TLS_KEY", "TLS_CLIENT_CA"]

    @Option(help: "Serve TLS with this certificate and its chain, in PEM form; TLS_CERTIFICATE.")
    var tlsCertificate: String?

    @Option(help: "The certificate's private key, in PEM form; TLS_KEY.")
    var tlsKey: String?

    @Option(
        name: .customLong("tls-client-ca"),
        help: "Take client certificates of these authorities, in PEM form; TLS_CLIENT_CA."
    )
    var tlsClientCA: String?

    /// - Returns: Nil when neither the options nor `values` name a file.
    /// - Throws: `CommandFailure` when a certificate or its key is missing.
    func settings(_ values: [String: String]) throws -> TLSSettings? {
        let named = values.filter { !$0.value.isEmpty }
        let certificate = tlsCertificate ?? named["TLS_CERTIFICATE"]
        let key = tlsKey ?? named["TLS_KEY"]
        let clientAuthority = tlsClientCA ?? named["TLS_CLIENT_CA"]
        switch (certificate, key) {
        case (let certificate?, let key?):
            return TLSSettings(
                certificatePath: certificate,
                keyPath: key,
                clientAuthorityPath: clientAuthority
            )
        case (nil, nil) where clientAuthority == nil:
            return nil
        default:
            throw CommandFailure(
                code: ExitStatus.configuration,
                message: "TLS needs both --tls-certificate and --tls-key; one of them is missing."
            )
        }
    }
}
