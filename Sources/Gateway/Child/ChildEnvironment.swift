import Glibc
import Policy

/// What a child is told of its surroundings: nothing but where programs are, where home is, which
/// language to speak, and the credential that the policy names.
///
/// The gate's own environment holds the seeds of its keys.
enum ChildEnvironment {
    private static let passed = ["PATH", "HOME", "LANG"]

    /// `NAME=VALUE` each.
    static func variables(
        credential: (name: String, value: Secret)?,
        reading value: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    ) -> [String] {
        var variables = passed.compactMap { name in value(name).map { "\(name)=\($0)" } }
        if let credential, UpstreamCredential.isVariableName(credential.name) {
            variables.append("\(credential.name)=\(credential.value.revealed())")
        }
        return variables
    }
}
