/// Finds whole API keys in text and leaves only their public ids.
enum CredentialMask {
    /// `mcpk_`, an environment, the public id of eight, then a long secret part.
    static func masked(_ text: String) -> String {
        guard text.contains("mcpk_") else { return text }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return words.map { maskedWord(String($0)) }.joined(separator: " ")
    }

    private static func maskedWord(_ word: String) -> String {
        let parts = word.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].hasSuffix("mcpk"), parts[2].utf8.count == 8,
            parts[3].utf8.count >= 8
        else { return word }
        return String(parts[2])
    }
}
