import MCP

extension PolicyInspection {
    // MARK: Access

    mutating func inspect(_ access: AccessRules, path: String) {
        inspect(access.methods, path: "\(path).methods")
        inspect(access.tools, path: "\(path).tools")
        inspect(access.networks, path: "\(path).networks")
        if let rate = access.rate { inspect(rate, path: "\(path).rate") }
    }

    private mutating func inspect(_ rules: PatternRules, path: String) {
        for (name, patterns) in [("allow", rules.allow), ("deny", rules.deny)] {
            let listPath = "\(path).\(name)"
            requireCount(patterns.count, atMost: PolicyBounds.patternCountMax, path: listPath)
            for (index, pattern) in patterns.prefix(PolicyBounds.patternCountMax).enumerated() {
                inspect(pattern: pattern, path: "\(listPath)[\(index)]")
            }
        }
    }

    // MARK: Tokens, certificates, failures

    mutating func inspect(_ tokens: TokenRules?) {
        guard let tokens else { return }
        let path = "authentication.tokens"
        let issuer = tokens.issuer.utf8
        if !(1...PolicyBounds.urlLengthMax).contains(issuer.count)
            || !issuer.allSatisfy(\.isASCIIVisible)
        {
            report(
                "\(path).issuer",
                "must be 1…\(PolicyBounds.urlLengthMax) visible ASCII characters"
            )
        }
        if WebAddress(parsing: tokens.audience) == nil {
            report("\(path).audience", "must be an http: or https: address without fragment")
        }
        if !Self.isKeySet(tokens.keySet) {
            report(
                "\(path).keySet",
                "must be an https: address, an http: address on loopback, or an absolute path"
            )
        }
        require(
            tokens.clockSkewSeconds,
            in: 0...PolicyBounds.clockSkewSecondsMax,
            path: "\(path).clockSkewSeconds"
        )
        inspect(tokens.scopes, path: "\(path).scopes")
    }

    private static func isKeySet(_ text: String) -> Bool {
        if text.utf8.first == ASCII.slash {
            return text.utf8.count <= PolicyBounds.pathLengthMax
                && OperatorText.problem(text, length: 2...PolicyBounds.pathLengthMax) == nil
        }
        guard let address = WebAddress(parsing: text) else { return false }
        return address.isEncrypted || address.authority.isLoopback
    }

    private mutating func inspect(_ scopes: [TokenScopeRule], path: String) {
        requireCount(scopes.count, atMost: PolicyBounds.scopeCountMax, path: path)
        var seen: Set<[UInt8]> = []
        for (index, rule) in scopes.prefix(PolicyBounds.scopeCountMax).enumerated() {
            let scope = Array(rule.scope.utf8)
            // RFC 6749, section 3.3: visible ASCII without `"` and `\`.
            let isToken = scope.allSatisfy {
                $0.isASCIIVisible && $0 != ASCII.quote && $0 != ASCII.backslash
            }
            if !isToken || !(1...PolicyBounds.patternBytesMax).contains(scope.count) {
                report(
                    "\(path)[\(index)].scope",
                    "must be 1…\(PolicyBounds.patternBytesMax) visible ASCII characters without"
                        + " quote and backslash"
                )
            } else if !seen.insert(scope).inserted {
                report("\(path)[\(index)].scope", "\(rule.scope) is already in the list")
            }
            inspect(rule.access, path: "\(path)[\(index)].access")
        }
    }

    mutating func inspect(_ certificates: [CertificateRule]) {
        let path = "authentication.certificates"
        requireCount(certificates.count, atMost: PolicyBounds.certificateCountMax, path: path)
        var seen: Set<[UInt8]> = []
        for (index, rule) in certificates.prefix(PolicyBounds.certificateCountMax).enumerated() {
            let rulePath = "\(path)[\(index)]"
            require(
                rule.name,
                length: 1...PolicyBounds.keyNameLengthMax,
                path: "\(rulePath).name",
                what: "a name"
            )
            if !Self.isSubject(rule.subject) {
                report(
                    "\(rulePath).subject",
                    "must be CN=…, DNS:…, URI:… or EMAIL:… with printable text after it"
                )
            } else if !seen.insert(Array(rule.subject.utf8)).inserted {
                report("\(rulePath).subject", "another certificate rule has the same subject")
            }
            inspect(rule.access, path: "\(rulePath).access")
        }
    }

    private static func isSubject(_ text: String) -> Bool {
        let kinds = ["CN=", "DNS:", "URI:", "EMAIL:"]
        guard let kind = kinds.first(where: { text.utf8.starts(with: $0.utf8) }),
            text.utf8.count <= PolicyBounds.subjectBytesMax
        else { return false }
        let rest = String(decoding: text.utf8.dropFirst(kind.utf8.count), as: UTF8.self)
        return OperatorText.problem(rest, length: 1...PolicyBounds.subjectBytesMax) == nil
    }

    mutating func inspect(_ failures: FailureRules) {
        let path = "authentication.failures"
        require(
            Int64(failures.countMax),
            in: 1...PolicyBounds.failureCountMax,
            path: "\(path).countMax"
        )
        require(
            failures.windowSeconds,
            in: 1...PolicyBounds.failureWindowSecondsMax,
            path: "\(path).windowSeconds"
        )
        if failures.banSeconds != 0 {
            require(
                failures.banSeconds,
                in: PolicyBounds.banSecondsMin...PolicyBounds.firstBanSecondsMax,
                path: "\(path).banSeconds"
            )
        }
        require(
            failures.banSecondsMax,
            in: PolicyBounds.banSecondsMin...PolicyBounds.banSecondsMax,
            path: "\(path).banSecondsMax"
        )
        if failures.banSecondsMax < failures.banSeconds {
            report("\(path).banSecondsMax", "must not be shorter than the first ban")
        }
        inspect(failures.protected, path: "\(path).protected")
    }
}
