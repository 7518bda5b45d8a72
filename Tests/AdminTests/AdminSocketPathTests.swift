import Admin
import Testing

/// Where commands and the gate look for the socket unless they are told.
@Suite struct AdminSocketPathTests {
    static let places: [(environment: [String: String], path: String)] = [
        ([:], "/run/gatehouse/admin.sock"),
        (["XDG_RUNTIME_DIR": "/run/user/1000"], "/run/user/1000/gatehouse/admin.sock"),
        (["XDG_RUNTIME_DIR": "relative"], "/run/gatehouse/admin.sock"),
        (["XDG_RUNTIME_DIR": ""], "/run/gatehouse/admin.sock"),
        (["GATEHOUSE_SOCKET": "/tmp/a", "XDG_RUNTIME_DIR": "/run/user/1000"], "/tmp/a"),
        (["GATEHOUSE_SOCKET": "", "XDG_RUNTIME_DIR": "/x"], "/x/gatehouse/admin.sock"),
    ]

    @Test(arguments: places)
    func `follows the environment`(environment: [String: String], path: String) {
        #expect(AdminSocketPath.defaultPath(environment: environment) == path)
    }
}
