/// Everything that is wrong with a policy or an edit, never empty.
package struct PolicyProblems: Error, Equatable, Sendable, CustomStringConvertible {
    package var problems: [PolicyProblem]

    package init(_ problems: [PolicyProblem]) {
        self.problems = problems
    }

    package var description: String {
        problems.map(\.description).joined(separator: "; ")
    }
}

extension PolicyProblem: CustomStringConvertible {
    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
