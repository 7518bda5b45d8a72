package import Policy

/// The values of `WWW-Authenticate` under one policy, computed once: RFC 9110, 6750, 7617 and 9728.
///
/// Each value goes into a field of its own.
package struct Challenges: Sendable {
    /// For 401 to a request without a credential.
    package let missing: [String]
    /// For 401 to a request whose credential is not accepted, whatever is wrong with it.
    package let invalid: [String]
    private let resource: String?
    private let scopes: [String]

    /// - Parameters:
    ///   - rules: Which ways of authenticating have a credential.
    ///   - resource: What the gate tells OAuth clients; nil when it accepts no access tokens.
    package init(_ rules: AuthenticationRules, resource: ProtectedResource?) {
        self.resource = resource?.metadataURL
        scopes = rules.tokens.map(ProtectedResource.scopes) ?? []
        let basic = rules.keys.contains { $0.scheme == .basic } ? [Self.basic] : []
        let parameters = Self.parameters(scopes: scopes, resource: self.resource)
        guard self.resource != nil else {
            missing = [Self.plainBearer] + basic
            invalid = missing
            return
        }
        missing = [Self.bearer(parameters)] + basic
        invalid = [Self.bearer(["error=\"invalid_token\""] + parameters)] + basic
    }

    /// For 403 to a token that lacks what the call needs.
    ///
    /// `needed` are all scopes that would open the call; where it is empty, all that the policy
    /// knows are named.
    package func insufficientScope(needed: [String]) -> String {
        let fit = needed.filter(ProtectedResource.isScope)
        return Self.bearer(
            ["error=\"insufficient_scope\""]
                + Self.parameters(scopes: fit.isEmpty ? scopes : fit, resource: resource)
                + ["error_description=\"The access token does not cover this call\""]
        )
    }

    private static let plainBearer = #"Bearer realm="gatehouse""#
    private static let basic = #"Basic realm="gatehouse", charset="UTF-8""#

    private static func bearer(_ parameters: [String]) -> String {
        "Bearer " + parameters.joined(separator: ", ")
    }

    private static func parameters(scopes: [String], resource: String?) -> [String] {
        let scope = scopes.isEmpty ? [] : ["scope=\"\(scopes.joined(separator: " "))\""]
        return scope + (resource.map { ["resource_metadata=\"\($0)\""] } ?? [])
    }
}
