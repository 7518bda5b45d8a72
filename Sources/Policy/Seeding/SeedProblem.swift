/// One setting of the environment that cannot be used.
package struct SeedProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The variable, or the place in a file, such as `line 3`.
    package var variable: String
    /// What is wrong, with the value unless it is secret, and what is allowed.
    package var message: String

    package init(variable: String, message: String) {
        self.variable = variable
        self.message = message
    }

    package var description: String { "\(variable) \(message)" }
}

/// Everything in the environment that cannot be used, never empty; the gate does not start.
package struct SeedProblems: Error, Equatable, Sendable, CustomStringConvertible {
    package var problems: [SeedProblem]

    package init(_ problems: [SeedProblem]) {
        self.problems = problems
    }

    package var description: String {
        problems.map(\.description).joined(separator: "; ")
    }
}
