import Foundation
import Gateway
import Policy

/// What one gate needs to start: settings from the command line and the environment.
struct GateOptions: Sendable {
    var settings: GatewaySettings
    var storePath: String
    var socketPath: String
    var seed: EnvironmentSeed
    /// From `--upstream`; nil leaves the policy's own.
    var upstream: UpstreamRule?
    /// The word in the middle of new keys.
    var keyEnvironment: String

    /// `$GATEHOUSE_STORE`, or `gatehouse.sqlite` in `/var/lib/gatehouse` for root, in
    /// `$XDG_STATE_HOME/gatehouse` or `~/.local/state/gatehouse` for anybody else.
    static func defaultStorePath(environment: [String: String], userID: uid_t) -> String {
        if let path = environment["GATEHOUSE_STORE"], !path.isEmpty { return path }
        if userID == 0 { return "/var/lib/gatehouse/gatehouse.sqlite" }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return "\(state)/gatehouse/gatehouse.sqlite"
        }
        let home = environment["HOME"] ?? "/"
        return "\(home)/.local/state/gatehouse/gatehouse.sqlite"
    }
}
