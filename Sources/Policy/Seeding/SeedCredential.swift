/// A credential that the environment brings; who starts the gate makes a key of it.
package struct SeedCredential: Equatable, Sendable {
    /// The variable that holds the secret, which becomes the key's name.
    package let variable: String
    package let scheme: KeyRecord.Scheme
    /// Set for `.basic`.
    package let username: String?
    package let secret: Secret

    package init(
        variable: String,
        scheme: KeyRecord.Scheme,
        username: String? = nil,
        secret: Secret
    ) {
        self.variable = variable
        self.scheme = scheme
        self.username = username
        self.secret = secret
    }
}

/// The origins that `HTTP_CORS_ORIGINS` names.
package enum CrossOrigins: Equatable, Sendable {
    case any
    case listed([String])
}

/// How the gate speaks to its clients.
package enum SeedTransport: String, Sendable, CaseIterable {
    case http
    /// To one client over standard input and output.
    case stdio
}
