import Policy

/// One value of the policy that the limits screen shows and edits.
enum Setting: CaseIterable, Hashable, Sendable {
    case authentication
    case rateLimit
    case addressRate
    case addressBurst
    case keyRate
    case keyBurst
    case blockSeconds
    case bodyBytesMax
    case allowedHosts
    case allowedOrigins
    case protectedAddresses
    case trustedProxies
    case upstream
    case debugLogging

    /// Where it is in the policy document.
    var path: String {
        switch self {
        case .authentication: "authentication.isRequired"
        case .rateLimit: "limits.isRateLimitEnabled"
        case .addressRate: "limits.perAddress.requestsPerMinute"
        case .addressBurst: "limits.perAddress.burst"
        case .keyRate: "limits.perKey.requestsPerMinute"
        case .keyBurst: "limits.perKey.burst"
        case .blockSeconds: "limits.blockSeconds"
        case .bodyBytesMax: "limits.bodyBytesMax"
        case .allowedHosts: "browser.allowedHosts"
        case .allowedOrigins: "browser.allowedOrigins"
        case .protectedAddresses: "authentication.failures.protected"
        case .trustedProxies: "proxies.trusted"
        case .upstream: "upstream.url"
        case .debugLogging: "isDebugLoggingEnabled"
        }
    }

    var title: String {
        switch self {
        case .authentication: "API key required"
        case .rateLimit: "Rate limit"
        case .addressRate: "Per address"
        case .addressBurst: "Per address, burst"
        case .keyRate: "Per key"
        case .keyBurst: "Per key, burst"
        case .blockSeconds: "Block a violator"
        case .bodyBytesMax: "Largest body"
        case .allowedHosts: "Allowed hosts"
        case .allowedOrigins: "Allowed origins"
        case .protectedAddresses: "Protected addresses"
        case .trustedProxies: "Trusted proxies"
        case .upstream: "Upstream"
        case .debugLogging: "Debug messages"
        }
    }

    /// What may be typed.
    var hint: String {
        switch self {
        case .authentication, .rateLimit, .debugLogging: "on or off"
        case .addressRate, .keyRate: "requests per minute, 1 to 60000000"
        case .addressBurst, .keyBurst: "requests at once, 1 to 1000000"
        case .blockSeconds: "seconds, 0 (no block) to 86400"
        case .bodyBytesMax: "bytes, 1 to 1073741824"
        case .allowedHosts: "host names, separated by spaces"
        case .allowedOrigins: "origins, separated by spaces"
        case .protectedAddresses, .trustedProxies: "networks, separated by spaces"
        case .upstream: "http://HOST:PORT/PATH, or built-in"
        }
    }

    var isSwitch: Bool {
        switch self {
        case .authentication, .rateLimit, .debugLogging: true
        default: false
        }
    }
}

/// Why a typed value cannot become an edit.
struct SettingProblem: Error, Equatable, Sendable {
    var message: String
}

extension Setting {
    /// The value as it is typed in a form.
    func text(in document: PolicyDocument) -> String {
        let limits = document.limits
        return switch self {
        case .authentication: document.authentication.isRequired ? "on" : "off"
        case .rateLimit: limits.isRateLimitEnabled ? "on" : "off"
        case .addressRate: "\(limits.perAddress.requestsPerMinute)"
        case .addressBurst: "\(limits.perAddress.burst)"
        case .keyRate: "\(limits.perKey.requestsPerMinute)"
        case .keyBurst: "\(limits.perKey.burst)"
        case .blockSeconds: "\(limits.blockSeconds)"
        case .bodyBytesMax: "\(limits.bodyBytesMax)"
        case .allowedHosts: document.browser.allowedHosts.joined(separator: " ")
        case .allowedOrigins: document.browser.allowedOrigins.joined(separator: " ")
        case .protectedAddresses: document.authentication.failures.protected.words
        case .trustedProxies: document.proxies.trusted.words
        case .upstream: document.upstream?.text ?? "built-in"
        case .debugLogging: document.isDebugLoggingEnabled ? "on" : "off"
        }
    }

    /// The value in words, with its unit.
    func words(in document: PolicyDocument) -> String {
        let value = text(in: document)
        return switch self {
        case .addressRate, .keyRate: "\(value) requests a minute"
        case .addressBurst, .keyBurst: "\(value) requests at once"
        case .blockSeconds:
            document.limits.blockSeconds == 0
                ? "no block" : "for \(TimeText.duration(seconds: document.limits.blockSeconds))"
        case .bodyBytesMax: NumberText.bytes(document.limits.bodyBytesMax)
        case .upstream where document.upstream == nil: "built-in tools answer"
        case .protectedAddresses, .trustedProxies: value.isEmpty ? "nobody" : value
        default: value
        }
    }

    /// The edit that makes `text` the value; the server validates the bounds.
    func edit(_ text: String, in document: PolicyDocument) throws(SettingProblem) -> PolicyEdit {
        var limits = document.limits
        var browser = document.browser
        switch self {
        case .authentication: return .setAuthenticationRequired(try flag(text))
        case .debugLogging: return .setDebugLogging(try flag(text))
        case .upstream:
            guard text != "built-in", !text.isEmpty else { return .setUpstream(nil) }
            let rule = document.upstream ?? UpstreamRule(url: "")
            return .setUpstream(rule.changed(to: text))
        case .protectedAddresses:
            var rules = document.authentication.failures
            rules.protected = try networks(text)
            return .setFailureRules(rules)
        case .trustedProxies:
            var rules = document.proxies
            rules.trusted = try networks(text)
            return .setProxyRules(rules)
        case .allowedHosts:
            browser.allowedHosts = text.split(separator: " ").map(String.init)
            return .setBrowserRules(browser)
        case .allowedOrigins:
            browser.allowedOrigins = text.split(separator: " ").map(String.init)
            return .setBrowserRules(browser)
        case .rateLimit: limits.isRateLimitEnabled = try flag(text)
        case .addressRate: limits.perAddress.requestsPerMinute = try number(text)
        case .addressBurst: limits.perAddress.burst = try number(text)
        case .keyRate: limits.perKey.requestsPerMinute = try number(text)
        case .keyBurst: limits.perKey.burst = try number(text)
        case .blockSeconds: limits.blockSeconds = Int64(try number(text))
        case .bodyBytesMax: limits.bodyBytesMax = try number(text)
        }
        return .setLimits(limits)
    }

    private func flag(_ text: String) throws(SettingProblem) -> Bool {
        switch text {
        case "on": return true
        case "off": return false
        default: throw SettingProblem(message: "Write on or off.")
        }
    }

    private func networks(_ text: String) throws(SettingProblem) -> [AddressPrefix] {
        do throws(AddressProblem) {
            return try AccessText.networks(from: text)
        } catch {
            throw SettingProblem(message: error.message)
        }
    }

    private func number(_ text: String) throws(SettingProblem) -> Int {
        let isPlain =
            (1...12).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
        guard isPlain, let value = Int(text) else {
            throw SettingProblem(message: "Write \(hint), in digits only.")
        }
        return value
    }
}

extension [AddressPrefix] {
    fileprivate var words: String { map(\.description).joined(separator: " ") }
}
