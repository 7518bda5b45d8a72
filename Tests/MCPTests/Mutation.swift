/// Breaks sound inputs in the ways that parsers disagree about.
struct Mutator {
    private var generator: SeededGenerator
    private let seeds: [[UInt8]]
    private let snippets: [[UInt8]]

    init(seed: UInt64, inputs: [String], snippets: [String]) {
        generator = SeededGenerator(seed: seed)
        seeds = inputs.map { Array($0.utf8) }
        self.snippets = snippets.map { Array($0.utf8) }
    }

    mutating func next() -> [UInt8] {
        var bytes = seeds.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            mutate(&bytes)
        }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let position = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where position < bytes.count:
            bytes[position] = .random(in: .min ... .max, using: &generator)
        case 1 where position < bytes.count:
            bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2:
            let end = min(position + Int.random(in: 1...8, using: &generator), bytes.count)
            bytes.removeSubrange(position..<end)
        case 3:
            let end = min(position + Int.random(in: 1...24, using: &generator), bytes.count)
            let target = Int.random(in: 0...bytes.count, using: &generator)
            bytes.insert(contentsOf: Array(bytes[position..<end]), at: target)
        case 4:
            bytes.insert(.random(in: .min ... .max, using: &generator), at: position)
        default:
            let snippet = snippets.randomElement(using: &generator) ?? []
            bytes.insert(contentsOf: snippet, at: position)
        }
    }
}
