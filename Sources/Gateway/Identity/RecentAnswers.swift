import Policy

/// Answers of the recent past under the digest of their question; the oldest makes room.
struct RecentAnswers<Answer> {
    private struct Entry {
        var answer: Answer
        var until: MonotonicTime
    }

    private let countMax: Int
    private var entries: [SecretDigest: Entry] = [:]
    /// The questions in the order they were first answered, as a ring once it is full.
    private var order: [SecretDigest] = []
    private var oldest = 0

    /// Holds at most `countMax` answers, which is at least 1.
    init(countMax: Int) {
        self.countMax = max(1, countMax)
    }

    var count: Int { entries.count }

    func answer(to question: SecretDigest, at now: MonotonicTime) -> Answer? {
        guard let entry = entries[question], now < entry.until else { return nil }
        return entry.answer
    }

    mutating func remember(
        _ answer: Answer,
        to question: SecretDigest,
        until: MonotonicTime
    ) {
        let entry = Entry(answer: answer, until: until)
        guard entries.updateValue(entry, forKey: question) == nil else { return }
        if order.count < countMax {
            order.append(question)
        } else {
            entries[order[oldest]] = nil
            order[oldest] = question
            oldest = (oldest + 1) % countMax
        }
    }

    mutating func forgetAll() {
        self = Self(countMax: countMax)
    }
}
