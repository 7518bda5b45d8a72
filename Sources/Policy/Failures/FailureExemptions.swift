/// Whose failures are never held against an address: the protected, and the trusted proxies, behind
/// which strangers fail.
package struct FailureExemptions: Sendable {
    private let table: PrefixTable

    package init(_ rules: FailureRules, proxies: ProxyRules) {
        table = PrefixTable((rules.protected + proxies.trusted).map { ($0, nil) })
    }

    package func covers(_ client: ClientAddress) -> Bool {
        // No entry expires, so any moment will do.
        table.match(client.address, at: Timestamp(millisecondsSince1970: 0)) != nil
    }
}
