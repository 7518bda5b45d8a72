import Policy
import Testing

@testable import Console

/// Who may call a tool.
struct ToolCallersTests {
    private func key(_ name: String, _ access: AccessRules = AccessRules()) -> KeyRecord {
        KeyRecord(
            id: KeyID(name),
            name: name,
            created: ConsoleFixture.wall,
            secrets: [KeySecret(digest: ConsoleFixture.digest(1), created: ConsoleFixture.wall)],
            access: access
        )
    }

    private func words(_ keys: [KeyRecord], isRequired: Bool = true) -> String? {
        let rules = AuthenticationRules(isRequired: isRequired, keys: keys)
        let document = PolicyDocument(authentication: rules)
        let console = ConsoleScript.live(policy: ConsoleFixture.revision(document: document))
        return ToolCallers.lines(of: "read_file", in: console.model).first?.value
    }

    @Test func `names the keys whose rules allow it, wherever they call from`() {
        var disabled = key("disabled")
        disabled.state = .disabled
        let keys = [
            key("all"), key("reader", AccessRules(tools: PatternRules(allow: ["read_*"]))),
            key("lister", AccessRules(tools: PatternRules(allow: ["list_*"]))),
            key("barred", AccessRules(tools: PatternRules(deny: ["read_file"]))),
            key("silent", AccessRules(methods: PatternRules(deny: ["tools/call"]))),
            key("remote", AccessRules(networks: [ConsoleFixture.prefix("10.0.0.0/8")])),
            disabled,
        ]
        #expect(words(keys) == "3 of 6 keys: all, reader, remote")
    }

    @Test func `says when it is nobody and when it is everybody`() {
        let lister = key("lister", AccessRules(tools: PatternRules(allow: ["list_*"])))
        #expect(words([lister]) == "0 of 1 keys")
        #expect(words([], isRequired: false) == "everyone: authentication is off")
    }

    @Test func `stays short however many keys there are`() {
        let twelve = (1...12).map { key("k\($0)") }
        #expect(words(twelve)?.hasSuffix("k9, k10, 2 more") == true)
        let many = (0...ToolCallers.keysMax).map { key("k\($0)") }
        #expect(words(many) == "as each of the 501 keys says")
    }
}
