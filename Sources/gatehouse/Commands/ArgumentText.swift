import Admin
import ArgumentParser
import Policy

/// Turns arguments into values, with the sentence that says what would be right.
enum ArgumentText {
    @Sendable static func prefix(_ text: String) throws -> AddressPrefix {
        do throws(AddressProblem) {
            return try AddressPrefix(parsing: text)
        } catch {
            throw ValidationError("'\(text)' is no address or network: \(error)")
        }
    }

    @Sendable static func revision(_ text: String) throws -> RevisionNumber {
        guard let number = RevisionNumber(decimal: text), number.rawValue > 0 else {
            throw ValidationError(
                "'\(text)' is no revision: write a number of gatehouse policy history"
            )
        }
        return number
    }

    @Sendable static func onOff(_ text: String) throws -> Bool {
        switch text {
        case "on": return true
        case "off": return false
        default: throw ValidationError("'\(text)' must be on or off")
        }
    }
}
