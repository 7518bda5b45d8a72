/// Credentials; no message ever shows a secret.
extension SeedReader {
    private static let keyBytesMin = 16

    /// The credentials of the method that is named, or of every method when none is.
    mutating func credentials(
        of method: KeyRecord.Scheme?,
        isRequired: Bool
    ) -> [SeedCredential] {
        let found = [
            key("HTTP_API_KEY", .apiKey), key("HTTP_BEARER_TOKEN", .bearer), password(),
        ].compactMap { $0 }
        guard let method else { return found }
        for ignored in found where ignored.scheme != method {
            warn("\(ignored.variable) is not used, because HTTP_AUTH_METHOD is \(method.rawValue)")
        }
        let used = found.filter { $0.scheme == method }
        if method == .basic, used.isEmpty, isRequired, problems.isEmpty {
            report(
                SeedProblem(
                    variable: "HTTP_AUTH_METHOD",
                    message: "is basic; set HTTP_BASIC_USERNAME and HTTP_BASIC_PASSWORD too"
                )
            )
        }
        return used
    }

    private mutating func key(_ name: String, _ scheme: KeyRecord.Scheme) -> SeedCredential? {
        guard let value = value(name), !value.isEmpty else { return nil }
        let bytes = Array(value.utf8)
        let length = Self.keyBytesMin...KeyGuard.credentialBytesMax
        let allowed =
            "allowed are \(length.lowerBound) to \(length.upperBound) printable ASCII characters"
        if !length.contains(bytes.count) {
            report(SeedProblem(variable: name, message: "has \(bytes.count) bytes; \(allowed)"))
        } else if !bytes.allSatisfy(\.isASCIIVisible) {
            report(
                SeedProblem(
                    variable: name,
                    message: "has a space, a control or a non-ASCII character; \(allowed)"
                )
            )
        } else if CredentialText.isPlaceholder(bytes) {
            report(
                SeedProblem(
                    variable: name,
                    message: "is a placeholder, not a secret; set a random key, for example with"
                        + " openssl rand -hex 32, or remove the line to have one made"
                )
            )
        } else {
            return SeedCredential(variable: name, scheme: scheme, secret: Secret(value))
        }
        return nil
    }

    private mutating func password() -> SeedCredential? {
        let (userName, passwordName) = ("HTTP_BASIC_USERNAME", "HTTP_BASIC_PASSWORD")
        let user = value(userName).flatMap { $0.isEmpty ? nil : $0 }
        let password = value(passwordName).flatMap { $0.isEmpty ? nil : $0 }
        guard let user, let password else {
            if user != nil || password != nil {
                let (named, missing) =
                    user != nil ? (userName, passwordName) : (passwordName, userName)
                report(
                    SeedProblem(variable: named, message: "is set; allowed only with \(missing)")
                )
            }
            return nil
        }
        let isUser =
            user.utf8.count <= PolicyBounds.usernameBytesMax
            && user.utf8.allSatisfy { $0.isASCIIVisible && $0 != 0x3A }
        if !isUser {
            report(
                userName,
                user,
                "allowed are 1 to \(PolicyBounds.usernameBytesMax) printable ASCII characters"
                    + " without a colon"
            )
        }
        if let problem = CredentialText.problem(ofPassword: password) {
            report(SeedProblem(variable: passwordName, message: problem))
            return nil
        }
        guard isUser else { return nil }
        return SeedCredential(
            variable: passwordName,
            scheme: .basic,
            username: user,
            secret: Secret(password)
        )
    }
}
