package import MCP

extension PolicyDocument {
    /// Reads a document strictly and validates it.
    ///
    /// Unknown members are refused, and so are missing ones: a text that was cut short must not
    /// open the gate. Only what may be nil may be left out: `upstream`, an entry's `reason` and
    /// `expires`, a key's `expires`, a secret's `retires`.
    /// - Throws: Every problem at once, each with its path.
    package init(json: JSONValue) throws(PolicyProblems) {
        var reader = DocumentReader()
        let document = reader.document(json)
        let damaged = Set(reader.problems.map { Self.section(of: $0.path) })
        let found = document?.problems() ?? []
        // What could not be read left a gap in its section, which validation would misjudge.
        let problems =
            reader.problems + found.filter { !damaged.contains(Self.section(of: $0.path)) }
        guard let document, problems.isEmpty else { throw PolicyProblems(problems) }
        self = document
    }

    /// The top-level member that a path begins with.
    private static func section(of path: String) -> Substring {
        path.prefix { $0 != "." && $0 != "[" }
    }
}

extension DocumentReader {
    fileprivate mutating func document(_ json: JSONValue) -> PolicyDocument? {
        guard
            let object = object(
                json,
                path: "",
                members: [
                    "allowlist", "denylist", "browser", "authentication", "limits", "upstream",
                    "isDebugLoggingEnabled",
                ]
            )
        else { return nil }
        return PolicyDocument(
            allowlist: entries("allowlist", of: object),
            denylist: entries("denylist", of: object),
            browser: browser(of: object),
            authentication: authentication(of: object),
            limits: limits(of: object),
            upstream: upstream(of: object),
            isDebugLoggingEnabled: bool("isDebugLoggingEnabled", of: object) ?? false
        )
    }

    // MARK: Address lists

    private mutating func entries(_ name: String, of object: Object) -> [AddressEntry] {
        array(name, of: object, countMax: PolicyBounds.entryCountMax) { reader, value, path in
            reader.entry(value, path: path)
        }
    }

    private mutating func entry(_ value: JSONValue, path: String) -> AddressEntry? {
        guard
            let object = object(value, path: path, members: ["prefix", "reason", "expires"])
        else { return nil }
        let reason = optionalText("reason", of: object)
        let expires = optionalMoment("expires", of: object)
        guard let text = text("prefix", of: object) else { return nil }
        do throws(AddressProblem) {
            let prefix = try AddressPrefix(parsing: text)
            return AddressEntry(prefix: prefix, reason: reason, expires: expires)
        } catch {
            report(object.path("prefix"), error.message)
            return nil
        }
    }

    // MARK: Browser rules, limits, upstream

    private mutating func browser(of object: Object) -> BrowserRules {
        guard
            let rules = self.object(
                "browser",
                of: object,
                members: ["allowedHosts", "allowedOrigins"]
            )
        else { return BrowserRules() }
        return BrowserRules(
            allowedHosts: texts("allowedHosts", of: rules, countMax: PolicyBounds.hostCountMax),
            allowedOrigins: texts(
                "allowedOrigins",
                of: rules,
                countMax: PolicyBounds.originCountMax
            )
        )
    }

    private mutating func texts(_ name: String, of object: Object, countMax: Int) -> [String] {
        array(name, of: object, countMax: countMax) { reader, value, path in
            reader.text(value, path: path)
        }
    }

    private mutating func limits(of object: Object) -> LimitRules {
        let names = [
            "isRateLimitEnabled", "perAddress", "perKey", "blockSeconds", "bodyBytesMax",
        ]
        guard let rules = self.object("limits", of: object, members: names) else {
            return LimitRules()
        }
        return LimitRules(
            isRateLimitEnabled: bool("isRateLimitEnabled", of: rules) ?? true,
            perAddress: rate("perAddress", of: rules),
            perKey: rate("perKey", of: rules),
            blockSeconds: integer("blockSeconds", of: rules) ?? 0,
            bodyBytesMax: Int(integer("bodyBytesMax", of: rules) ?? 1)
        )
    }

    private mutating func rate(_ name: String, of object: Object) -> RateRule {
        guard
            let rule = self.object(name, of: object, members: ["requestsPerMinute", "burst"])
        else { return RateRule() }
        return RateRule(
            requestsPerMinute: Int(integer("requestsPerMinute", of: rule) ?? 1),
            burst: Int(integer("burst", of: rule) ?? 1)
        )
    }

    private mutating func upstream(of object: Object) -> UpstreamRule? {
        guard let value = optional("upstream", of: object),
            let rule = self.object(value, path: object.path("upstream"), members: ["url"]),
            let url = text("url", of: rule)
        else { return nil }
        return UpstreamRule(url: url)
    }

    // MARK: Keys

    private mutating func authentication(of object: Object) -> AuthenticationRules {
        guard
            let rules = self.object("authentication", of: object, members: ["isRequired", "keys"])
        else { return AuthenticationRules() }
        return AuthenticationRules(
            isRequired: bool("isRequired", of: rules) ?? true,
            keys: array("keys", of: rules, countMax: PolicyBounds.keyCountMax) {
                reader,
                value,
                path in
                reader.key(value, path: path)
            }
        )
    }

    private mutating func key(_ value: JSONValue, path: String) -> KeyRecord? {
        let names = ["id", "name", "state", "created", "expires", "secrets"]
        guard let object = object(value, path: path, members: names) else { return nil }
        let id = text("id", of: object)
        let name = text("name", of: object)
        let state = state(of: object)
        let created = moment("created", of: object)
        let expires = optionalMoment("expires", of: object)
        let secrets = array("secrets", of: object, countMax: PolicyBounds.secretsPerKeyMax) {
            reader,
            value,
            path in
            reader.secret(value, path: path)
        }
        guard let id, let name, let state, let created else { return nil }
        return KeyRecord(
            id: KeyID(id),
            name: name,
            state: state,
            created: created,
            expires: expires,
            secrets: secrets
        )
    }

    private mutating func state(of object: Object) -> KeyRecord.State? {
        guard let text = text("state", of: object) else { return nil }
        for state in [KeyRecord.State.enabled, .disabled, .revoked]
        where state.rawValue.utf8.elementsEqual(text.utf8) {
            return state
        }
        report(object.path("state"), "must be enabled, disabled or revoked")
        return nil
    }

    private mutating func secret(_ value: JSONValue, path: String) -> KeySecret? {
        let names = ["digest", "created", "retires"]
        guard let object = object(value, path: path, members: names) else { return nil }
        let hex = text("digest", of: object)
        let created = moment("created", of: object)
        let retires = optionalMoment("retires", of: object)
        let digest = hex.flatMap { SecretDigest(hex: $0) }
        if hex != nil && digest == nil {
            report(object.path("digest"), "must be 64 lower-case hexadecimal digits")
        }
        guard let digest, let created else { return nil }
        return KeySecret(digest: digest, created: created, retires: retires)
    }
}
