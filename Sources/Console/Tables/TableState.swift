/// What the operator did to one table: where they are in it, its order and its filter.
struct TableState: Equatable, Sendable {
    enum Selection: Equatable, Sendable {
        /// Nothing yet: the first row, once there is one.
        case automatic
        case row(Entity)
        /// The selected row left; nothing is selected until the operator moves.
        case vanished(name: String)
    }

    var selection = Selection.automatic
    /// Where the selection was last seen; where moving starts after it vanished.
    private(set) var index = 0
    var filter = ""
    var sortColumn: String?
    var isDescending: Bool?

    var selected: Entity? {
        if case .row(let entity) = selection { entity } else { nil }
    }

    /// Follows the selected row to wherever it is now.
    mutating func reconcile(with rows: [ScreenRow]) {
        switch selection {
        case .row(let entity):
            if let found = rows.firstIndex(where: { $0.entity == entity }) {
                index = found
            } else {
                selection = .vanished(name: entity.name)
                index = min(index, max(rows.count - 1, 0))
            }
        case .automatic:
            index = 0
            if let first = rows.first {
                selection = .row(first.entity)
            }
        case .vanished:
            index = min(index, max(rows.count - 1, 0))
            if rows.isEmpty {
                selection = .automatic
            }
        }
    }

    mutating func move(by step: Int, in rows: [ScreenRow]) {
        guard !rows.isEmpty else { return }
        // After a row vanished the next one stands in its place: the first step lands on it.
        let isGap = selected == nil && step > 0
        let target = index + (isGap ? step - 1 : step)
        index = min(max(target, 0), rows.count - 1)
        selection = .row(rows[index].entity)
    }

    /// The first row on display: whole pages, so that moving within one repaints two rows and not
    /// the table.
    func firstShown(page: Int) -> Int { index / page * page }

    func filteredAndSorted(_ content: ScreenContent) -> [ScreenRow] {
        let filter = RowFilter(filter, columns: content.columns)
        let rows =
            filter.isEmpty
            ? content.rows
            : content.rows.filter { filter.matches($0, columns: content.columns) }
        guard let name = sortColumn ?? content.defaultSort,
            let column = content.columns.firstIndex(where: { $0.name == name })
        else { return rows }
        let isDescending = isDescending(in: content)
        return rows.enumerated().sorted { left, right in
            let (first, second) = (
                left.element.cells[column].order, right.element.cells[column].order
            )
            // Equal rows keep their order, so that a tie never makes a table flicker.
            if first == second { return left.offset < right.offset }
            return isDescending ? first > second : first < second
        }.map(\.element)
    }

    func isDescending(in content: ScreenContent) -> Bool {
        if let isDescending { return isDescending }
        return sortColumn == nil || sortColumn == content.defaultSort
            ? content.isDescendingByDefault : false
    }
}
