import Policy
import Terminal

/// A small sign before a word; the word always says the same, so the sign may be lost.
enum Mark: Equatable, Sendable {
    case good
    case warning
    case failure
    case info
    case pending
}

/// What a cell sorts by.
enum SortValue: Comparable, Sendable {
    case number(Int64)
    case text(String)
    /// IPv4 before IPv6, each by its bits and then by the length of its prefix.
    case network(family: Int, upper: UInt64, lower: UInt64, length: Int)

    static func address(_ prefix: AddressPrefix) -> SortValue {
        switch prefix.network {
        case .v4(let bits):
            .network(family: 4, upper: UInt64(bits), lower: 0, length: prefix.length)
        case .v6(let upper, let lower):
            .network(family: 6, upper: upper, lower: lower, length: prefix.length)
        }
    }

    /// What is no address sorts as text.
    static func address(_ text: String) -> SortValue {
        (try? AddressPrefix(parsing: text)).map(address) ?? .text(text)
    }
}

struct ScreenColumn: Equatable, Sendable {
    /// The word that `field:value` filters name it by.
    let name: String
    /// `s` and this letter sort by it.
    let letter: Character
    let layout: TableColumn

    /// The width is the least and the most terminal columns it takes; when room is short the
    /// highest priority goes first and 0 stays.
    init(
        _ name: String,
        _ letter: Character,
        _ title: String,
        width: ClosedRange<Int>,
        priority: Int = 0,
        alignment: TextAlignment = .leading
    ) {
        self.name = name
        self.letter = letter
        layout = TableColumn(title, width: width, priority: priority, alignment: alignment)
    }
}

struct ScreenCell: Equatable, Sendable {
    var text: String
    var order: SortValue
    var role = Role.text
    var mark: Mark?

    init(_ text: String, order: SortValue? = nil, role: Role = .text, mark: Mark? = nil) {
        let shown = text.bounded()
        self.text = shown
        self.order = order ?? .text(shown)
        self.role = role
        self.mark = mark
    }

    init(number: UInt64, role: Role = .text) {
        self.init(
            NumberText.short(number),
            order: .number(Int64(clamping: number)),
            role: role
        )
    }
}

extension ScreenCell {
    /// The same in a detail.
    func line(_ label: String) -> DetailLine { DetailLine(label, text, role: role) }
}

struct ScreenRow: Equatable, Sendable {
    var entity: Entity
    /// One for each column.
    var cells: [ScreenCell]
}

/// All that a screen's table shows before filter and sort.
struct ScreenContent: Equatable, Sendable {
    var columns: [ScreenColumn]
    var rows: [ScreenRow]
    /// Said in place of rows.
    var emptyText: String
    /// The column that it is sorted by until the operator chooses; nil keeps the given order.
    var defaultSort: String?
    var isDescendingByDefault = false
}

/// One line of a detail.
struct DetailLine: Equatable, Sendable {
    var label: String
    var value: String
    var role = Role.text

    init(_ label: String, _ value: String, role: Role = .text) {
        self.label = label
        self.value = value.bounded(to: 2_048)
        self.role = role
    }
}

/// A table as it is drawn: the rows that the filter leaves, in their order.
struct ShownTable: Equatable, Sendable {
    var content: ScreenContent
    var rows: [ScreenRow]
}
