/// One line for the operator, shown until the next key.
struct Notice: Equatable, Sendable {
    enum Tone: Equatable, Sendable {
        case good
        case info
        case warning
        case failure
    }

    var tone: Tone
    var text: String

    init(_ tone: Tone, _ text: String) {
        self.tone = tone
        self.text = text.bounded()
    }
}
