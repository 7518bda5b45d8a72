/// One column of one row: eight bytes, one scalar, never a combining sequence.
///
/// A wide character takes two cells: the first holds the scalar with width 2, the second is a
/// tail of width 0.
package struct Cell: Hashable, Sendable {
    /// A Unicode scalar that `SafeText` passed; 0 in a tail.
    package private(set) var scalar: UInt32
    private var role: UInt8
    private var emphasis: UInt8
    /// 1, 2, or 0 for the tail of a wide character.
    package private(set) var width: UInt8

    init(scalar: Unicode.Scalar, width: Int, style: Style) {
        self.scalar = scalar.value
        self.width = UInt8(clamping: width)
        role = style.role.rawValue
        emphasis = Cell.packed(style)
    }

    /// An empty cell.
    static func blank(_ style: Style) -> Cell {
        Cell(scalar: " ", width: 1, style: style)
    }

    /// The second half of a wide character.
    static func tail(_ style: Style) -> Cell {
        var cell = blank(style)
        cell.scalar = 0
        cell.width = 0
        return cell
    }

    package var style: Style {
        get {
            Style(
                Role(rawValue: role) ?? .text,
                isBold: emphasis & 1 != 0,
                isReversed: emphasis & 2 != 0,
                isUnderlined: emphasis & 4 != 0
            )
        }
        set {
            role = newValue.role.rawValue
            emphasis = Cell.packed(newValue)
        }
    }

    package var isTail: Bool { width == 0 }

    /// The scalar as text; a tail has none.
    package var character: Unicode.Scalar? {
        isTail ? nil : Unicode.Scalar(scalar)
    }

    private static func packed(_ style: Style) -> UInt8 {
        (style.isBold ? 1 : 0) | (style.isReversed ? 2 : 0) | (style.isUnderlined ? 4 : 0)
    }
}
