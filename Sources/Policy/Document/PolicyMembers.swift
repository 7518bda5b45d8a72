extension PolicyDocument: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .required("allowlist", \.allowlist, .list(.object)),
        .required("denylist", \.denylist, .list(.object)),
        .required("browser", \.browser, .object),
        .required("authentication", \.authentication, .object),
        .required("limits", \.limits, .object),
        .defaulted("proxies", \.proxies, .object),
        .optional("upstream", \.upstream, .object),
        .defaulted("servers", \.servers, .list(.object)),
        .defaulted("tools", \.tools, .object),
        .optional("lockdown", \.lockdown, .object),
        .required("isDebugLoggingEnabled", \.isDebugLoggingEnabled, .flag),
    ]
}

extension AddressEntry: DocumentObject {
    package static let blank = Self(
        prefix: AddressPrefix(uncheckedNetwork: .v6(0, 0), length: 128)
    )
    package static let members: [DocumentMember<Self>] = [
        .required("prefix", \.prefix, .network),
        .optional("reason", \.reason, .text),
        .optional("expires", \.expires, .moment),
    ]
}

extension BrowserRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .required("allowedHosts", \.allowedHosts, .list(.text)),
        .required("allowedOrigins", \.allowedOrigins, .list(.text)),
        .defaulted("crossOrigin", \.crossOrigin, .object),
    ]
}

extension CrossOriginRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .defaulted("isEnabled", \.isEnabled, .flag),
        .defaulted("origins", \.origins, .list(.text)),
        .defaulted("allowsAnyOrigin", \.allowsAnyOrigin, .flag),
        .defaulted("allowsCredentials", \.allowsCredentials, .flag),
        .defaulted("maxAgeSeconds", \.maxAgeSeconds, .number),
    ]
}

extension ProxyRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .defaulted("trusted", \.trusted, .list(.network)),
        .defaulted("field", \.field, .word),
        .defaulted("isProxyProtocolExpected", \.isProxyProtocolExpected, .flag),
    ]
}

extension UpstreamRule: DocumentObject {
    package static let blank = Self(url: "")
    package static let members: [DocumentMember<Self>] = [
        .defaulted("url", \.url, .text),
        .defaulted("command", \.command, .list(.text)),
        .defaulted("isSharedChild", \.isSharedChild, .flag),
        .optional("credential", \.credential, .object),
    ]
}

extension UpstreamCredential: DocumentObject {
    package static let blank = Self(source: "")
    package static let members: [DocumentMember<Self>] = [
        .defaulted("field", \.field, .text),
        .defaulted("prefix", \.prefix, .text),
        .required("source", \.source, .text),
    ]
}

extension ServerRule: DocumentObject {
    package static let blank = Self(name: "", upstream: .blank)
    package static let members: [DocumentMember<Self>] = [
        .required("name", \.name, .text),
        .required("upstream", \.upstream, .object),
    ]
}

extension ToolRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [.defaulted("pinning", \.pinning, .word)]
}

extension LockdownRule: DocumentObject {
    package static let blank = Self(networks: [])
    package static let members: [DocumentMember<Self>] = [
        .required("networks", \.networks, .list(.network)),
        .optional("reason", \.reason, .text),
        .optional("expires", \.expires, .moment),
    ]
}
