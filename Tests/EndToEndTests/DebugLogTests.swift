import Testing

/// `ENABLE_DEBUG_MESSAGES` has an effect, and shows no secret.
@Suite struct DebugLogTests {
    @Test(arguments: [true, false])
    func `a refusal is logged when debug messages are on, and only then`(isOn: Bool) async throws {
        try await TestFolder.with { folder in
            let environment = ["ENABLE_DEBUG_MESSAGES": "\(isOn)"]
            try await TestGate.with(folder, environment: environment) { gate in
                let wrongKey = "00000000-not-the-key-11111111"
                #expect(try await gate.call(key: wrongKey).status == 401)
                let isCounted = try await eventually {
                    let events = try await gate.command("events", "--json")
                    return events.output.contains("credentials_invalid")
                }
                #expect(isCounted)
                let isLogged = try await eventually(within: isOn ? 10 : 1) {
                    TestGate.errors(folder).contains("credentials_invalid")
                }
                #expect(isLogged == isOn)
                #expect(!TestGate.errors(folder).contains(wrongKey))
                #expect(!TestGate.errors(folder).contains(TestGate.key))
            }
        }
    }
}
