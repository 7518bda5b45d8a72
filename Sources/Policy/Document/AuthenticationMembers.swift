extension AuthenticationRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .required("isRequired", \.isRequired, .flag),
        .required("keys", \.keys, .list(.object)),
        .optional("tokens", \.tokens, .object),
        .defaulted("certificates", \.certificates, .list(.object)),
        .defaulted("failures", \.failures, .object),
    ]
}

extension KeyRecord: DocumentObject {
    package static let blank = Self(
        id: KeyID(""),
        name: "",
        created: Timestamp(millisecondsSince1970: 0),
        secrets: []
    )
    package static let members: [DocumentMember<Self>] = [
        .required("id", \.id, .keyID),
        .required("name", \.name, .text),
        .required("state", \.state, .word),
        .required("created", \.created, .moment),
        .optional("expires", \.expires, .moment),
        .required("secrets", \.secrets, .list(.object)),
        .defaulted("scheme", \.scheme, .word),
        .optional("username", \.username, .text),
        .defaulted("access", \.access, .object),
    ]
}

extension KeySecret: DocumentObject {
    package static let blank = Self(
        digest: SecretDigest(words: (0, 0, 0, 0)),
        created: Timestamp(millisecondsSince1970: 0)
    )
    package static let members: [DocumentMember<Self>] = [
        .required("digest", \.digest, .digest),
        .required("created", \.created, .moment),
        .optional("retires", \.retires, .moment),
        .optional("derivation", \.derivation, .object),
    ]
}

extension PasswordDerivation: DocumentObject {
    package static let blank = Self(salt: "")
    package static let members: [DocumentMember<Self>] = [
        .required("salt", \.salt, .text),
        .required("cost", \.cost, .number),
    ]
}

extension AccessRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .defaulted("methods", \.methods, .object),
        .defaulted("tools", \.tools, .object),
        .defaulted("networks", \.networks, .list(.network)),
        .optional("rate", \.rate, .object),
    ]
}

extension PatternRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .defaulted("allow", \.allow, .list(.text)),
        .defaulted("deny", \.deny, .list(.text)),
    ]
}

extension TokenRules: DocumentObject {
    package static let blank = Self(issuer: "", audience: "", keySet: "")
    package static let members: [DocumentMember<Self>] = [
        .required("issuer", \.issuer, .text),
        .required("audience", \.audience, .text),
        .required("keySet", \.keySet, .text),
        .defaulted("clockSkewSeconds", \.clockSkewSeconds, .number),
        .defaulted("scopes", \.scopes, .list(.object)),
    ]
}

extension TokenScopeRule: DocumentObject {
    package static let blank = Self(scope: "")
    package static let members: [DocumentMember<Self>] = [
        .required("scope", \.scope, .text),
        .required("access", \.access, .object),
    ]
}

extension CertificateRule: DocumentObject {
    package static let blank = Self(name: "", subject: "")
    package static let members: [DocumentMember<Self>] = [
        .required("name", \.name, .text),
        .required("subject", \.subject, .text),
        .defaulted("access", \.access, .object),
    ]
}

extension FailureRules: DocumentObject {
    package static let blank = Self()
    package static let members: [DocumentMember<Self>] = [
        .defaulted("countMax", \.countMax, .number),
        .defaulted("windowSeconds", \.windowSeconds, .number),
        .defaulted("banSeconds", \.banSeconds, .number),
        .defaulted("banSecondsMax", \.banSecondsMax, .number),
        .defaulted("protected", \.protected, .list(.network)),
    ]
}
