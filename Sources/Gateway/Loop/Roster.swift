import Policy

/// Something that a loop looks after: it can be found, and it has at most one deadline at a time.
protocol RosterMember: AnyObject {
    /// Where the roster keeps it; only the roster writes it.
    var rosterIndex: Int? { get set }
    /// When `deadlinePassed` is due; `.never` when nothing is.
    var deadline: MonotonicTime { get }

    func deadlinePassed(at now: MonotonicTime)
}

/// The live members of one loop, in no order; joining, leaving and finding take constant time.
///
/// Deadlines are found by looking at every member once per sweep. At the connection bound this
/// reads 10,000 integers four times a second; setting a deadline, which happens several times per
/// request, costs one store.
struct Roster<Member: RosterMember> {
    private(set) var members: [Member] = []

    mutating func join(_ member: Member) {
        guard member.rosterIndex == nil else { return }
        member.rosterIndex = members.count
        members.append(member)
    }

    mutating func leave(_ member: Member) {
        guard let index = member.rosterIndex, members.indices.contains(index) else { return }
        let last = members.removeLast()
        if last !== member {
            members[index] = last
            last.rosterIndex = index
        }
        member.rosterIndex = nil
    }

    func due(at now: MonotonicTime) -> [Member] {
        members.filter { $0.deadline <= now }
    }
}
