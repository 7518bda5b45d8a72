/// The strict reading of a `.env` file: `NAME=VALUE` lines, nothing is expanded or executed.
///
/// - Blank lines and lines that begin with `#` are skipped; `export ` before a name is allowed.
/// - A value may stand in single quotes (taken as it is) or double quotes (where `\"` and `\\` are
///   the only escapes); without quotes it ends at the line's end or before ` #`.
/// - No white space around `=`, no name twice, no control characters but tab, only UTF-8.
package enum EnvironmentFile {
    /// In bytes.
    package static let sizeMax = 65_536

    /// - Throws: Every line that cannot be read, by its number; values are not repeated.
    package static func parse(_ bytes: [UInt8]) throws(SeedProblems) -> [String: String] {
        guard bytes.count <= sizeMax else {
            throw SeedProblems([
                SeedProblem(variable: "the file", message: "is larger than \(sizeMax) bytes")
            ])
        }
        var values: [String: String] = [:]
        var problems: [SeedProblem] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do throws(LineProblem) {
                guard let (name, value) = try EnvironmentLine.parse(line) else { continue }
                guard values.updateValue(value, forKey: name) == nil else {
                    throw LineProblem(message: "sets \(name) a second time")
                }
            } catch {
                problems.append(
                    SeedProblem(variable: "line \(index + 1)", message: error.message)
                )
            }
        }
        guard problems.isEmpty else { throw SeedProblems(problems) }
        return values
    }
}

private struct LineProblem: Error {
    var message: String
}

private enum EnvironmentLine {
    /// The name and value of one line without its line feed; nil for blank lines and comments.
    static func parse(_ line: ArraySlice<UInt8>) throws(LineProblem) -> (String, String)? {
        var rest = line.last == 0x0D ? line.dropLast() : line
        guard rest.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
            throw LineProblem(message: "has a control character")
        }
        rest = rest.drop(while: isBlank)
        guard let first = rest.first, first != 0x23 else { return nil }
        if rest.starts(with: "export ".utf8) { rest = rest.dropFirst(7).drop(while: isBlank) }
        guard let equals = rest.firstIndex(of: 0x3D), isName(rest[..<equals]) else {
            throw LineProblem(message: "is not NAME=VALUE")
        }
        let name = String(decoding: rest[..<equals], as: UTF8.self)
        let value = try value(rest[(equals + 1)...])
        guard let text = String(validating: value, as: UTF8.self) else {
            throw LineProblem(message: "is not UTF-8")
        }
        return (name, text)
    }

    private static func value(_ bytes: ArraySlice<UInt8>) throws(LineProblem) -> [UInt8] {
        guard let quote = bytes.first, quote == 0x22 || quote == 0x27 else {
            return unquoted(bytes)
        }
        var value: [UInt8] = []
        var index = bytes.startIndex + 1
        while index < bytes.endIndex, bytes[index] != quote {
            if quote == 0x22 && bytes[index] == 0x5C {
                index += 1
                guard index < bytes.endIndex, bytes[index] == 0x22 || bytes[index] == 0x5C else {
                    throw LineProblem(message: "has an escape other than \\\" and \\\\")
                }
            }
            value.append(bytes[index])
            index += 1
        }
        guard index < bytes.endIndex else {
            throw LineProblem(message: "has a quote that does not end")
        }
        let tail = bytes[(index + 1)...].drop(while: isBlank)
        guard tail.isEmpty || (tail.first == 0x23 && tail.startIndex > index + 1) else {
            throw LineProblem(message: "goes on after the closing quote")
        }
        return value
    }

    /// Up to the end or a comment, without white space around it.
    private static func unquoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var end = bytes.startIndex
        while end < bytes.endIndex {
            if bytes[end] == 0x23, end == bytes.startIndex || isBlank(bytes[end - 1]) { break }
            end += 1
        }
        var value = bytes[..<end].drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return Array(value)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first.decimalDigit == nil else { return false }
        return bytes.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x5F }
    }
}
