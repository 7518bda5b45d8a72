import Policy

/// The forms that there are, filled in with what is known.
extension FormDialog {
    static let reason = FormInput(.reason, "Reason", hint: "optional; kept in the history")
    static let expiryHint = "never, or a time such as 90s, 1h, 7d"

    static func addEntry(to list: AddressList, address: String = "", reason: String = "") -> Self {
        FormDialog(
            purpose: .addEntry,
            title: "Add to an access list",
            fields: [
                FormInput(.address, "Address", address, hint: "e.g. 10.0.0.0/8 or 2001:db8::1"),
                FormInput(.reason, "Reason", reason, hint: "optional; kept with the entry"),
                FormInput(.expires, "Expires", "never", hint: expiryHint),
                FormInput(
                    .list,
                    "List",
                    choices: AddressList.allCases.map(\.rawValue),
                    chosen: list.rawValue
                ),
            ]
        )
    }

    static func editEntry(_ entry: AddressEntry, in list: AddressList, now: Timestamp) -> Self {
        let expires = entry.expires.map { end in
            let seconds = (end.millisecondsSince1970 - now.millisecondsSince1970) / 1000
            return "\(max(1, seconds))s"
        }
        return FormDialog(
            purpose: .editEntry(list, entry.prefix),
            title: "Edit \(list.rawValue) \(entry.prefix)",
            fields: [
                FormInput(.reason, "Reason", entry.reason ?? "", hint: "kept with the entry"),
                FormInput(.expires, "Expires", expires ?? "never", hint: expiryHint),
            ]
        )
    }

    static func setting(_ setting: Setting, in document: PolicyDocument) -> Self {
        let value = setting.text(in: document)
        let field =
            setting.isSwitch
            ? FormInput(
                .value,
                setting.title,
                choices: ["on", "off"],
                chosen: value
            )
            : FormInput(.value, setting.title, value, hint: setting.hint)
        return FormDialog(
            purpose: .setting(setting),
            title: "Edit \(setting.path)",
            fields: [field, reason]
        )
    }

    static func ban(_ address: String = "", time: String = "1h") -> Self {
        FormDialog(
            purpose: .ban,
            title: "Ban an address",
            fields: [
                FormInput(.address, "Address", address, hint: "e.g. 10.0.0.5 or 2001:db8::/64"),
                FormInput(.banTime, "For", time, hint: "a time such as 1h or 7d, or forever"),
                FormInput(.reason, "Reason", hint: "optional; kept with the ban"),
            ]
        )
    }
}
