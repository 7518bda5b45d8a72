import ArgumentParser
import Policy

/// A length of time as operators write it: `90s`, `15m`, `1h`, `7d`.
struct DurationArgument: ExpressibleByArgument, Equatable, Sendable {
    var seconds: Int64

    init?(argument: String) {
        guard let seconds = DurationText.parse(argument) else { return nil }
        self.seconds = seconds
    }
}
