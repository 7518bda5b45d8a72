import MCP

/// The rates of single tools, compiled.
package final class ToolRates: Sendable {
    private let rules: [(pattern: NamePattern, rate: RateRule)]

    /// Nil when there are none.
    package init?(_ rules: [ToolRateRule]) {
        guard !rules.isEmpty else { return nil }
        self.rules = rules.map { (NamePattern($0.pattern), $0.rate) }
    }

    /// The rate of the first pattern that fits, and its position; nil when none does.
    ///
    /// All tools of one pattern share its rate.
    package func rate(of tool: RawSpan) -> (index: Int, rate: RateRule)? {
        rules.firstIndex { $0.pattern.matches(tool) }.map { ($0, rules[$0].rate) }
    }
}
