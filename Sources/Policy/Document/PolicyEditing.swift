extension PolicyDocument {
    /// The document after one edit; this one stays as it is.
    ///
    /// - `addEntry` takes the place of an entry of the same network that has expired.
    /// - `rotateKey` retires the live secret at `retires` and drops any older one at once, so that
    ///   a key never has more than two.
    /// - `setKeyState` is final for `.revoked`.
    /// - `replace` is `restoring(_:)`: it brings no revoked key and no dead secret back.
    /// - Throws: Every problem of the edit itself, or of the document that it would make.
    package func applying(
        _ edit: PolicyEdit,
        at now: Timestamp
    ) throws(PolicyProblems) -> PolicyDocument {
        var result = self
        if let problem = result.apply(edit, at: now) { throw PolicyProblems([problem]) }
        let problems = result.problems()
        guard problems.isEmpty else { throw PolicyProblems(problems) }
        return result
    }

    private mutating func apply(_ edit: PolicyEdit, at now: Timestamp) -> PolicyProblem? {
        switch edit {
        case .addEntry(let list, let entry): return add(entry, to: list, at: now)
        case .removeEntry(let list, let prefix): return remove(prefix, from: list)
        case .setLimits(let limits): self.limits = limits
        case .setBrowserRules(let rules): browser = rules
        case .setAuthenticationRequired(let isRequired): authentication.isRequired = isRequired
        case .setFailureRules(let rules): authentication.failures = rules
        case .setTokenRules(let rules): authentication.tokens = rules
        case .setCertificates(let rules): authentication.certificates = rules
        case .setProxyRules(let rules): proxies = rules
        case .setUpstream(let rule): upstream = rule
        case .setServer(let rule): set(rule)
        case .removeServer(let name): return removeServer(name)
        case .setToolRules(let rules): tools = rules
        case .setLockdown(let rule): return lockDown(rule, at: now)
        case .setDebugLogging(let isEnabled): isDebugLoggingEnabled = isEnabled
        case .addKey(let key): return add(key, at: now)
        case .rotateKey(let id, let secret, let retires):
            return rotate(id, secret: secret, retires: retires, at: now)
        case .setKeyState(let id, let state): return setState(state, of: id)
        case .setKeyAccess(let id, let access): return setAccess(access, of: id)
        case .replace(let document): self = restoring(document)
        }
        return nil
    }

    // MARK: Address lists

    private mutating func add(
        _ entry: AddressEntry,
        to list: AddressList,
        at now: Timestamp
    ) -> PolicyProblem? {
        if let expires = entry.expires, expires <= now {
            return PolicyProblem(path: "\(list).expires", message: "must lie in the future")
        }
        guard let index = self[list].firstIndex(where: { $0.prefix == entry.prefix }) else {
            self[list].append(entry)
            return nil
        }
        guard let expired = self[list][index].expires, expired <= now else {
            return PolicyProblem(
                path: "\(list)[\(index)].prefix",
                message: "\(entry.prefix) is already on the \(list)"
            )
        }
        self[list][index] = entry
        return nil
    }

    private mutating func remove(
        _ prefix: AddressPrefix,
        from list: AddressList
    ) -> PolicyProblem? {
        guard let index = self[list].firstIndex(where: { $0.prefix == prefix }) else {
            return PolicyProblem(path: "\(list)", message: "\(prefix) is not on the \(list)")
        }
        self[list].remove(at: index)
        return nil
    }

    /// The entries of one of the two address lists.
    package subscript(list: AddressList) -> [AddressEntry] {
        get {
            switch list {
            case .allowlist: allowlist
            case .denylist: denylist
            }
        }
        set {
            switch list {
            case .allowlist: allowlist = newValue
            case .denylist: denylist = newValue
            }
        }
    }

    // MARK: Servers and lockdown

    private mutating func set(_ server: ServerRule) {
        if let index = index(ofServer: server.name) {
            servers[index] = server
        } else {
            servers.append(server)
        }
    }

    private mutating func removeServer(_ name: String) -> PolicyProblem? {
        guard let index = index(ofServer: name) else {
            return PolicyProblem(path: "servers", message: "there is no server of that name")
        }
        servers.remove(at: index)
        return nil
    }

    private func index(ofServer name: String) -> Int? {
        servers.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }

    private mutating func lockDown(_ rule: LockdownRule?, at now: Timestamp) -> PolicyProblem? {
        if let expires = rule?.expires, expires <= now {
            return PolicyProblem(path: "lockdown.expires", message: "must lie in the future")
        }
        lockdown = rule
        return nil
    }

    // MARK: Keys

    private mutating func add(_ key: KeyRecord, at now: Timestamp) -> PolicyProblem? {
        if let expires = key.expires, expires <= now {
            return PolicyProblem(
                path: "authentication.keys.expires",
                message: "must lie in the future"
            )
        }
        authentication.keys.append(key)
        return nil
    }

    private mutating func rotate(
        _ id: KeyID,
        secret: KeySecret,
        retires: Timestamp,
        at now: Timestamp
    ) -> PolicyProblem? {
        guard let index = index(of: id) else { return Self.unknownKey(id) }
        guard authentication.keys[index].state != .revoked else { return Self.revokedKey(id) }
        let latest = now.advanced(bySeconds: PolicyBounds.graceSecondsMax)
        guard (now...latest).contains(retires) else {
            return PolicyProblem(
                path: "authentication.keys[\(index)].secrets",
                message: "the grace window must be 0…\(PolicyBounds.graceSecondsMax) seconds"
            )
        }
        var superseded = authentication.keys[index].secrets.prefix(1)
        for position in superseded.indices { superseded[position].retires = retires }
        authentication.keys[index].secrets = [secret] + superseded
        return nil
    }

    private mutating func setState(_ state: KeyRecord.State, of id: KeyID) -> PolicyProblem? {
        guard let index = index(of: id) else { return Self.unknownKey(id) }
        guard authentication.keys[index].state != .revoked || state == .revoked else {
            return Self.revokedKey(id)
        }
        authentication.keys[index].state = state
        return nil
    }

    private mutating func setAccess(_ access: AccessRules, of id: KeyID) -> PolicyProblem? {
        guard let index = index(of: id) else { return Self.unknownKey(id) }
        guard authentication.keys[index].state != .revoked else { return Self.revokedKey(id) }
        authentication.keys[index].access = access
        return nil
    }

    private func index(of id: KeyID) -> Int? {
        authentication.keys.firstIndex { $0.id == id }
    }

    private static func unknownKey(_ id: KeyID) -> PolicyProblem {
        PolicyProblem(path: "authentication.keys", message: "there is no key \(id.shown)")
    }

    private static func revokedKey(_ id: KeyID) -> PolicyProblem {
        PolicyProblem(
            path: "authentication.keys",
            message: "key \(id.shown) is revoked, which is final; create a new one"
        )
    }
}

extension AddressList: CustomStringConvertible {
    package var description: String { rawValue }
}

extension KeyID {
    /// For messages: an id that is no id might be anything, so it is not repeated.
    var shown: String { isWellFormed ? rawValue : "of that id" }
}
