import Foundation

/// The package's own files, read once for the rules that no compiler checks.
enum SourceTree {
    /// One Swift file, with its path relative to the root of the package.
    struct File {
        var path: String
        var lines: [Substring]

        /// The target's name: `Gateway` for `Sources/Gateway/Server.swift`.
        var target: String {
            path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        }

        var imports: [String] {
            lines.compactMap { line in
                var words = line.split(separator: " ")[...]
                while let first = words.first, first == "package" || first.hasPrefix("@") {
                    words = words.dropFirst()
                }
                guard words.first == "import", let module = words.dropFirst().first else {
                    return nil
                }
                return String(module.prefix { $0 != "." })
            }
        }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources = files(below: "Sources") + files(below: "themes")
    static let tests = files(below: "Tests")

    private static func files(below folder: String) -> [File] {
        let base = root.appending(path: folder)
        let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        return (found?.allObjects ?? []).compactMap { $0 as? URL }
            .filter { $0.pathExtension == "swift" }
            .sorted { $0.path() < $1.path() }
            .compactMap { file in
                guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
                let path = file.path().dropFirst(root.path().count)
                return File(
                    path: String(path.drop { $0 == "/" }),
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)
                )
            }
    }
}
