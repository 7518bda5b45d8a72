/// What people may choose as a secret.
package enum CredentialText {
    /// Bytes of a password.
    package static let passwordLength = 8...256

    /// What is wrong with a password, as the end of a sentence that does not repeat it; nil when it
    /// may be used.
    package static func problem(ofPassword password: String) -> String? {
        let bytes = Array(password.utf8)
        if !passwordLength.contains(bytes.count) {
            return "has \(bytes.count) bytes; allowed are \(passwordLength.lowerBound) to"
                + " \(passwordLength.upperBound)"
        }
        let hasControl = password.unicodeScalars.contains {
            $0.properties.generalCategory == .control
        }
        if hasControl { return "has a control character; none is allowed" }
        if isPlaceholder(bytes) {
            return "is a placeholder, not a secret; allowed is one that nobody guesses"
        }
        return nil
    }

    /// Whether anyone could guess it: words of templates, shell text that nothing expanded, or
    /// fewer than five different characters.
    static func isPlaceholder(_ bytes: [UInt8]) -> Bool {
        let folded = bytes.map(\.asciiFolded)
        let letters = folded.filter(\.isASCIIAlphanumeric)
        let words = [
            "yourapikey", "yoursecret", "yourkey", "changeme", "changethis", "replaceme",
            "replacethis", "placeholder", "apikeyhere", "keyhere", "secretkeyhere", "insertkey",
            "examplekey", "exampleapikey", "mysecretkey", "todo", "xxxxxxxx", "0123456789abcdef",
            "1234567890", "password",
        ]
        return words.contains { letters.contains(Array($0.utf8)) }
            || folded.starts(with: "$(".utf8) || folded.starts(with: "${".utf8)
            || folded.first == 0x60 || folded.first == 0x3C
            || Set(folded).count < 5
    }
}
