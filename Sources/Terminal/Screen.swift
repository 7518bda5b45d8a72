/// Something frames can be shown on.
@MainActor
package protocol Screen: AnyObject {
    var size: TerminalSize { get }
    /// The alphabet the terminal can show.
    var glyphs: Glyphs { get }
    /// How many colours the terminal can show.
    var colorDepth: ColorDepth { get }
    var theme: Theme { get set }
    /// Whether clicks and the wheel come as events; the terminal then no longer selects text.
    var usesMouse: Bool { get set }

    /// Shows the frame; a frame equal to the one shown costs nothing.
    func show(_ frame: Frame)
    /// Paints everything again, for a screen that something else has written on.
    func redraw()
    func bell()
    /// Asks the terminal to put text on its clipboard; whether it did cannot be known.
    func copyToClipboard(_ text: String)
    /// Gives the terminal back to the shell until the program is continued.
    func suspend()
    /// Restores the terminal; safe to call again.
    func close()
}

/// A screen in memory, for tests.
@MainActor
package final class MemoryScreen: Screen {
    package var size: TerminalSize
    package let glyphs: Glyphs
    package let colorDepth: ColorDepth
    package var theme: Theme
    package var usesMouse = false
    /// Every distinct frame shown, oldest first.
    package private(set) var frames: [Frame] = []
    package private(set) var bellCount = 0
    package private(set) var redrawCount = 0
    /// Every text that was to be copied, oldest first.
    package private(set) var copiedTexts: [String] = []
    package private(set) var isSuspended = false
    package private(set) var isClosed = false

    package init(
        size: TerminalSize,
        glyphs: Glyphs = .unicode,
        colorDepth: ColorDepth = .palette256,
        theme: Theme = .plain
    ) {
        self.size = size
        self.glyphs = glyphs
        self.colorDepth = colorDepth
        self.theme = theme
    }

    /// The frame now shown.
    package var latest: Frame? { frames.last }

    package func show(_ frame: Frame) {
        guard !isClosed, frame != frames.last else { return }
        frames.append(frame)
    }

    package func redraw() { redrawCount += 1 }
    package func bell() { bellCount += 1 }
    package func copyToClipboard(_ text: String) { copiedTexts.append(text) }
    package func suspend() { isSuspended = true }
    package func close() { isClosed = true }
}
