/// What changed between two definitions of a tool, for people.
package enum DefinitionDifference {
    /// Lines of one difference; a last one says how many more there are.
    package static let lineCountMax = 50

    /// One line for each change: where it is, and what stood and stands there.
    ///
    /// - Parameters:
    ///   - old: Canonical JSON, as `CatalogueDefinition.canonical`.
    ///   - new: Alike.
    /// - Returns: Lines such as `description: "a" → "b"`, with every unseen character written out.
    package static func lines(from old: [UInt8], to new: [UInt8]) -> [String] {
        guard let before = try? JSONValue.parse(old), let after = try? JSONValue.parse(new) else {
            return ["the definition is not kept and cannot be compared"]
        }
        var lines: [String] = []
        compare(before, after, at: "", into: &lines)
        if lines.isEmpty, old != new { lines = ["a number is written differently"] }
        guard lines.count > lineCountMax else { return lines }
        return lines.prefix(lineCountMax) + ["and \(lines.count - lineCountMax) more changes"]
    }

    private static func compare(
        _ old: JSONValue,
        _ new: JSONValue,
        at path: String,
        into lines: inout [String]
    ) {
        guard old != new else { return }
        switch (old, new) {
        case (.object(let before), .object(let after)):
            compare(before, after, at: path, into: &lines)
        case (.array(let before), .array(let after)):
            for index in 0..<max(before.count, after.count) {
                compareMember(
                    index < before.count ? before[index] : nil,
                    index < after.count ? after[index] : nil,
                    at: "\(path)[\(index)]",
                    into: &lines
                )
            }
        default:
            lines.append("\(path): \(text(old)) → \(text(new))")
        }
    }

    private static func compare(
        _ old: [JSONMember],
        _ new: [JSONMember],
        at path: String,
        into lines: inout [String]
    ) {
        // Both are sorted by the bytes of their names.
        var (left, right) = (old[...], new[...])
        while let key = smallerKey(left.first?.key, right.first?.key) {
            let place = path.isEmpty ? VisibleText.line(key) : "\(path).\(VisibleText.line(key))"
            let isLeft = left.first.map { $0.key.utf8.elementsEqual(key.utf8) } ?? false
            let isRight = right.first.map { $0.key.utf8.elementsEqual(key.utf8) } ?? false
            let before = isLeft ? left.popFirst()?.value : nil
            let after = isRight ? right.popFirst()?.value : nil
            compareMember(before, after, at: place, into: &lines)
        }
    }

    private static func smallerKey(_ left: String?, _ right: String?) -> String? {
        guard let left else { return right }
        guard let right else { return left }
        return right.utf8.lexicographicallyPrecedes(left.utf8) ? right : left
    }

    private static func compareMember(
        _ old: JSONValue?,
        _ new: JSONValue?,
        at path: String,
        into lines: inout [String]
    ) {
        switch (old, new) {
        case (let old?, let new?): compare(old, new, at: path, into: &lines)
        case (let old?, nil): lines.append("\(path) removed: \(text(old))")
        case (nil, let new?): lines.append("\(path) added: \(text(new))")
        case (nil, nil): break
        }
    }

    private static func text(_ value: JSONValue) -> String {
        VisibleText.line(String(decoding: value.serialized(), as: UTF8.self))
    }
}
