import CNcurses

/// The colour pairs of one theme; a role gets its pair when it is first painted.
@MainActor
final class CursesPalette {
    private let theme: Theme
    private let depth: ColorDepth
    private var cells: [Style: cchar_t] = [:]
    private var pairs: [ColorPair: Int32] = [:]

    private struct ColorPair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// A terminal without colour always shows the monochrome theme.
    init(theme: Theme, depth: ColorDepth) {
        self.theme = depth == .mono ? .monochrome : theme
        self.depth = depth
    }

    /// A cell in the style, still without its scalar.
    func cell(for style: Style) -> cchar_t {
        if let known = cells[style] { return known }
        let appearance = theme.appearance(of: style.role)
        let pair = pairNumber(for: appearance)
        var cell = cchar_t()
        cell.attr = attributes(of: style, appearance) | UInt32(min(pair, 255)) << 8
        cell.ext_color = pair
        cells[style] = cell
        return cell
    }

    private func attributes(of style: Style, _ appearance: Appearance) -> UInt32 {
        let wanted = appearance.attributes
        var attributes: UInt32 = 0
        if wanted.contains(.bold) || style.isBold { attributes |= NC_A_BOLD }
        if wanted.contains(.dim), !style.isBold { attributes |= NC_A_DIM }
        if wanted.contains(.underline) || style.isUnderlined { attributes |= NC_A_UNDERLINE }
        if wanted.contains(.reverse) != style.isReversed { attributes |= NC_A_REVERSE }
        return attributes
    }

    private func pairNumber(for appearance: Appearance) -> Int32 {
        guard depth != .mono else { return 0 }
        var pair = ColorPair(
            foreground: appearance.foreground.number(at: depth),
            background: appearance.background.number(at: depth)
        )
        if pair.foreground == pair.background {
            // So few colours that the two fell together: the terminal's own can be read.
            pair = ColorPair(foreground: -1, background: -1)
        }
        if pair == ColorPair(foreground: -1, background: -1) { return 0 }
        if let known = pairs[pair] { return known }
        let number = Int32(pairs.count + 1)
        guard number < nc_color_pairs(),
            init_extended_pair(number, pair.foreground, pair.background) == OK
        else { return 0 }
        pairs[pair] = number
        return number
    }
}
