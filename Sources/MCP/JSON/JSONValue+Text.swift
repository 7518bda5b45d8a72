/// Why a document is not strict JSON.
package enum JSONProblem: String, Error, CaseIterable, Sendable {
    case malformed = "malformed_json"
    case duplicateMember = "duplicate_member"
    case tooDeep = "too_deep"
}
