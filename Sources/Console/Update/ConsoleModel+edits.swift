import Policy
import Telemetry
import Terminal

/// Where edits begin: each opens a form or a review, and only a review commits.
extension ConsoleModel {
    mutating func runEdit(_ action: Action) -> [ConsoleEffect] {
        guard isEditingPossible() else { return [] }
        switch (action, screen) {
        case (.undo, _): return beginUndo()
        case (.lockdown, _): return beginLockdown()
        case (.commitStaged, _): beginStagedCommit()
        case (.edit, .tools): beginPinningChange()
        case (.ban, .tools): return beginBlockingChangedTools()
        case (.add, .accessLists), (.add, .blocked), (.add, .keys), (.add, .upstreams):
            beginAdding()
        default:
            guard let entity = selectedOrNotice() else { return [] }
            return runEdit(action, on: entity)
        }
        return []
    }

    mutating func runEdit(_ action: Action, on entity: Entity) -> [ConsoleEffect] {
        switch (action, entity) {
        case (.edit, .entry(let list, let prefix)):
            guard let entry = entry(prefix, in: list) else { return [] }
            show(.form(.editEntry(entry, in: list, now: now.wall)))
        case (.edit, .setting(let setting)):
            beginEditing(setting)
        case (.edit, .key(let id)):
            return beginStateChange(of: id)
        case (.rotate, .key(let id)):
            beginRotation(of: id)
        case (.access, .key(let id)):
            beginAccessChange(of: id)
        case (.rollBack, .revision(let number)):
            beginRollBack(to: number)
        case (.edit, .server(let name)):
            beginEditing(server: name)
        case (.remove, .server(let name)):
            return beginRemoval(ofServer: name)
        case (.add, .tool(let name)):
            beginApproval(of: name)
        case (.edit, .tool):
            beginPinningChange()
        case (.ban, .tool):
            return beginBlockingChangedTools()
        case (.add, .client), (.add, .failure), (.add, .address):
            show(.form(.addEntry(to: .allowlist, address: entity.name)))
        case (.add, _):
            beginAdding()
        case (.edit, .listed(_, let role)):
            beginEditing(role.setting)
        case (.remove, .entry(let list, let prefix)):
            return review(
                .edit(.removeEntry(list, prefix)),
                title: "Remove \(prefix) from the \(list.rawValue)"
            )
        case (.remove, .key(let id)):
            return beginRevocation(of: id)
        case (.remove, .ban(let prefix)):
            return review(.unban(prefix), title: "Lift the ban of \(prefix)")
        case (.remove, .block(_, isKey: true)):
            say(.info, "A key's block ends by itself; raise its limit in 6:Limits.")
        case (.remove, .block), (.ban, .client), (.ban, .failure), (.ban, .address):
            return beginBan(of: entity)
        default:
            break
        }
        return []
    }

    func editingProblem() -> String? {
        if options.isReadOnly { return "This console is read-only." }
        if policy == nil { return "Nothing can be changed before the server has answered." }
        if case .live = connection.phase { return nil }
        return "Nothing can be changed while the server is away."
    }

    mutating func isEditingPossible() -> Bool {
        guard let problem = editingProblem() else { return true }
        say(.warning, problem)
        return false
    }

    private mutating func beginAdding() {
        switch screen {
        case .accessLists:
            var list = AddressList.allowlist
            if case .entry(.denylist, _) = table.selected { list = .denylist }
            show(.form(.addEntry(to: list)))
        case .blocked: show(.form(.ban()))
        case .keys: show(.form(.createKey()))
        case .upstreams: show(.form(.newServer()))
        default: break
        }
    }

    mutating func beginEditing(_ setting: Setting) {
        guard let document = policy?.document else { return }
        show(.form(.setting(setting, in: document)))
    }

    /// Lifts what shuts the client out, or else asks how long to ban it.
    mutating func beginBan(of entity: Entity) -> [ConsoleEffect] {
        guard let prefix = entity.prefix else { return [] }
        if let ban = ban(covering: entity.name) {
            guard ban.prefix == prefix else {
                say(.info, "\(entity.name) is shut out by the ban of \(ban.prefix): see 3:Blocked.")
                return []
            }
            return review(.unban(prefix), title: "Lift the ban of \(prefix)")
        }
        if case .block = entity {
            return review(.unban(prefix), title: "Lift the block of \(prefix)")
        }
        show(.form(.ban(entity.name)))
        return []
    }

    mutating func beginUndo() -> [ConsoleEffect] {
        guard let policy else { return [] }
        guard let parent = policy.parent else {
            say(.info, "Rev \(policy.number) is the first one: there is nothing to undo.")
            return []
        }
        return review(
            .rollBack(to: parent),
            title: "Undo rev \(policy.number): back to rev \(parent)"
        )
    }

    // MARK: Keys

    /// The key, if it is still there and not revoked.
    private mutating func livingKey(_ id: KeyID) -> KeyRecord? {
        guard let key = key(id) else {
            say(.warning, "There is no key \(id).")
            return nil
        }
        guard key.state != .revoked else {
            say(.info, "Key \(id) is revoked for ever; create another one.")
            return nil
        }
        return key
    }

    mutating func beginRotation(of id: KeyID) {
        guard let key = livingKey(id) else { return }
        show(.form(.rotateKey(key)))
    }

    mutating func beginAccessChange(of id: KeyID) {
        guard let key = livingKey(id) else { return }
        show(.form(.keyAccess(key)))
    }

    private mutating func beginStateChange(of id: KeyID) -> [ConsoleEffect] {
        guard let key = livingKey(id) else { return [] }
        return beginStateChange(of: id, to: key.state == .enabled ? .disabled : .enabled)
    }

    mutating func beginStateChange(
        of id: KeyID,
        to state: KeyRecord.State
    ) -> [ConsoleEffect] {
        guard let key = livingKey(id) else { return [] }
        let verb = state == .enabled ? "Enable" : "Disable"
        return review(
            .edit(.setKeyState(id, state)),
            title: "\(verb) key \(id) (\(key.name))"
        )
    }

    mutating func beginRevocation(of id: KeyID) -> [ConsoleEffect] {
        guard let key = livingKey(id) else { return [] }
        return review(
            .edit(.setKeyState(id, .revoked)),
            title: "Revoke key \(id) (\(key.name)) for ever",
            confirmation: .revocation(of: id)
        )
    }
}
