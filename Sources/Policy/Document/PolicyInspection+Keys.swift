extension PolicyInspection {
    mutating func inspect(_ rules: AuthenticationRules) {
        inspect(rules.keys)
        inspect(rules.tokens)
        inspect(rules.certificates)
        inspect(rules.failures)
    }

    // MARK: Keys

    private mutating func inspect(_ keys: [KeyRecord]) {
        let path = "authentication.keys"
        requireCount(keys.count, atMost: PolicyBounds.keyCountMax, path: path)
        var ids: Set<KeyID> = []
        var digests: Set<SecretDigest> = []
        var usernames: Set<[UInt8]> = []
        for (index, key) in keys.prefix(PolicyBounds.keyCountMax).enumerated() {
            let keyPath = "\(path)[\(index)]"
            inspect(key, path: keyPath)
            if !ids.insert(key.id).inserted {
                report("\(keyPath).id", "another key has the same id")
            }
            if key.state != .revoked, let username = key.username,
                !usernames.insert(Array(username.utf8)).inserted
            {
                report("\(keyPath).username", "another key that is not revoked has the same user")
            }
            for (number, secret) in key.secrets.enumerated()
            where !digests.insert(secret.digest).inserted {
                report(
                    "\(keyPath).secrets[\(number)].digest",
                    "the same secret is used twice; every key needs its own"
                )
            }
        }
    }

    private mutating func inspect(_ key: KeyRecord, path: String) {
        if !key.id.isWellFormed {
            report("\(path).id", "must be eight letters and digits")
        }
        require(
            key.name,
            length: 1...PolicyBounds.keyNameLengthMax,
            path: "\(path).name",
            what: "a name"
        )
        require(key.created, path: "\(path).created")
        require(key.expires, path: "\(path).expires")
        inspect(key.secrets, path: "\(path).secrets")
        inspectScheme(of: key, path: path)
        inspect(key.access, path: "\(path).access")
    }

    /// A password is derived slowly and has a user name; nothing else is or has.
    private mutating func inspectScheme(of key: KeyRecord, path: String) {
        let isPassword = key.scheme == .basic
        if isPassword, !(key.username.map(Self.isUsername) ?? false) {
            report(
                "\(path).username",
                "must be 1…\(PolicyBounds.usernameBytesMax) visible ASCII characters without a"
                    + " colon for the scheme basic"
            )
        } else if !isPassword, key.username != nil {
            report("\(path).username", "belongs to the scheme basic only; leave it out")
        }
        for (index, secret) in key.secrets.enumerated() {
            let secretPath = "\(path).secrets[\(index)].derivation"
            if isPassword, secret.derivation == nil {
                report(secretPath, "is missing; a password needs a slow derivation")
            } else if !isPassword, secret.derivation != nil {
                report(secretPath, "belongs to the scheme basic only; leave it out")
            } else if let derivation = secret.derivation {
                inspect(derivation, path: secretPath)
            }
        }
    }

    private mutating func inspect(_ derivation: PasswordDerivation, path: String) {
        if derivation.saltBytes == nil {
            report("\(path).salt", "must be 32 lower-case hexadecimal digits")
        }
        require(
            Int64(derivation.cost),
            in: Int64(
                PolicyBounds.scryptCosts.lowerBound
            )...Int64(
                PolicyBounds.scryptCosts.upperBound
            ),
            path: "\(path).cost"
        )
    }

    private static func isUsername(_ text: String) -> Bool {
        (1...PolicyBounds.usernameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isASCIIVisible && $0 != 0x3A }
    }

    private mutating func inspect(_ secrets: [KeySecret], path: String) {
        if secrets.isEmpty || secrets.count > PolicyBounds.secretsPerKeyMax {
            report(path, "must be one secret, or two while a rotation is in its grace window")
        }
        for (index, secret) in secrets.enumerated() {
            let secretPath = "\(path)[\(index)]"
            require(secret.created, path: "\(secretPath).created")
            require(secret.retires, path: "\(secretPath).retires")
            if index == 0 && secret.retires != nil {
                report("\(secretPath).retires", "the first secret is the live one; leave it out")
            }
            if index > 0 && secret.retires == nil {
                report("\(secretPath).retires", "a superseded secret needs the moment it ends")
            }
        }
    }
}
