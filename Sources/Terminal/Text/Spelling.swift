/// Finds what someone probably meant.
package enum Spelling {
    /// Longer words are not compared.
    private static let bytesMax = 64

    /// The word of `known` that the fewest changes of letters make of `word`; nil when none is near.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let limit = max(2, word.utf8.count / 3)
        return known.map { (name: $0, distance: distance(from: word, to: $0)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
            .name
    }

    /// Letters to insert, drop or replace (Levenshtein).
    static func distance(from left: String, to right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count <= bytesMax, right.count <= bytesMax else { return .max }
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
