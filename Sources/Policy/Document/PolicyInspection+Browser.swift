extension PolicyInspection {
    mutating func inspect(_ browser: BrowserRules) {
        inspect(
            browser.allowedHosts,
            path: "browser.allowedHosts",
            countMax: PolicyBounds.hostCountMax,
            advice: "must be a lower-case host without port, such as gate.example or [::1]; a"
                + " wildcard is not accepted"
        ) { text in
            guard let host = HostPort(Array(text.utf8)) else { return false }
            return host.isPlain && host.port == nil
        }
        inspect(
            browser.allowedOrigins,
            path: "browser.allowedOrigins",
            countMax: PolicyBounds.originCountMax,
            advice: Self.originAdvice
        ) { WebOrigin(parsing: $0) != nil }
        inspect(browser.crossOrigin)
    }

    private static let originAdvice =
        "must be an exact lower-case origin without path, such as https://app.example or"
        + " http://localhost:3000; a wildcard is not accepted"

    private mutating func inspect(_ rules: CrossOriginRules) {
        let path = "browser.crossOrigin"
        inspect(
            rules.origins,
            path: "\(path).origins",
            countMax: PolicyBounds.originCountMax,
            advice: Self.originAdvice
        ) { WebOrigin(parsing: $0) != nil }
        if rules.allowsAnyOrigin, !rules.origins.isEmpty {
            report(
                "\(path).allowsAnyOrigin",
                "makes the list of origins meaningless; empty the list or leave this out"
            )
        }
        if rules.allowsAnyOrigin, rules.allowsCredentials {
            report(
                "\(path).allowsCredentials",
                "must be false where every origin is allowed; any page could act as its visitor"
            )
        }
        require(
            rules.maxAgeSeconds,
            in: 0...PolicyBounds.preflightSecondsMax,
            path: "\(path).maxAgeSeconds"
        )
    }

    private mutating func inspect(
        _ texts: [String],
        path: String,
        countMax: Int,
        advice: String,
        isValid: (String) -> Bool
    ) {
        requireCount(texts.count, atMost: countMax, path: path)
        var seen: Set<[UInt8]> = []
        for (index, text) in texts.prefix(countMax).enumerated() {
            if !isValid(text) {
                report("\(path)[\(index)]", advice)
            } else if !seen.insert(Array(text.utf8)).inserted {
                report("\(path)[\(index)]", "\(text) is already in the list")
            }
        }
    }

    // MARK: Proxies and lockdown

    mutating func inspect(_ proxies: ProxyRules) {
        inspect(proxies.trusted, path: "proxies.trusted")
        for (index, network) in proxies.trusted.prefix(PolicyBounds.networkCountMax).enumerated() {
            let shortest =
                network.network.isV4
                ? PolicyBounds.trustedLengthMinV4 : PolicyBounds.trustedLengthMinV6
            if network.length < shortest {
                report(
                    "proxies.trusted[\(index)]",
                    "\(network) would let strangers name any address; name the proxies' own"
                        + " networks, /\(shortest) or longer"
                )
            }
        }
    }

    mutating func inspect(_ lockdown: LockdownRule?) {
        guard let lockdown else { return }
        inspect(lockdown.networks, path: "lockdown.networks")
        require(
            lockdown.reason,
            length: 1...PolicyBounds.reasonLengthMax,
            path: "lockdown.reason",
            what: "a reason"
        )
        require(lockdown.expires, path: "lockdown.expires")
    }
}
