import CNcurses
import Glibc

/// A real terminal, through ncurses.
///
/// ncurses is not thread-safe: everything here happens on the main actor. At most one may be
/// open.
@MainActor
package final class CursesScreen: Screen {
    package private(set) var size: TerminalSize
    package let glyphs: Glyphs
    package let colorDepth: ColorDepth
    package var theme: Theme {
        didSet {
            guard theme != oldValue else { return }
            palette = CursesPalette(theme: theme, depth: colorDepth)
            repaint()
        }
    }

    package var usesMouse = false {
        didSet {
            guard usesMouse != oldValue, state == .open else { return }
            watchMouse()
        }
    }

    private enum State {
        case open
        case suspended
        case closed
    }

    private var state = State.open
    private let terminal: OpaquePointer
    /// Whether it understands what xterm understands beyond its description.
    private let isLikeXterm: Bool
    private let isInsideTmux: Bool
    private var palette: CursesPalette
    /// What the terminal shows; nil when that is not known.
    private var shown: Frame?
    /// What it should show.
    private var wanted: Frame?
    private var isCursorVisible: Bool?
    /// While a terminal does not read, frames wait and only the latest is shown later; a frame
    /// already begun can still wait for room.
    private let backlog = OutputBacklog(descriptor: STDOUT_FILENO)

    /// Takes over the terminal on standard input and output.
    ///
    /// - Parameters:
    ///   - theme: Applied as far as the terminal has colours.
    ///   - environment: Read for `TERM`, `COLORTERM`, `NO_COLOR` and `TMUX`.
    /// - Throws: When there is no terminal, or none that can show a screen.
    package init(theme: Theme, environment: [String: String]) throws(TerminalFailure) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw .notATerminal
        }
        setlocale(LC_ALL, "")
        isInsideTmux = environment["TMUX"]?.isEmpty == false
        let request = ColorRequest(environment: environment)
        glyphs = Glyphs(codeset: CursesScreen.codeset(), terminal: request.terminal)
        TerminalRestore.prepare()
        terminal = try CursesScreen.openTerminal(request)
        isLikeXterm = CursesScreen.capability("kmous") != nil && request.terminal != "linux"
        colorDepth = CursesScreen.startColors(request)
        self.theme = theme
        palette = CursesPalette(theme: theme, depth: colorDepth)
        size = CursesScreen.terminalSize()
        enterModes()
        TerminalRestore.arm(farewell: farewell())
        backlog.onWritable = { [weak self] in self?.showWanted() }
    }

    package func show(_ frame: Frame) {
        wanted = frame
        guard state == .open, frame != shown, backlog.isWritable else { return }
        paint(frame)
    }

    package func redraw() {
        guard state == .open else { return }
        clearok(nc_stdscr(), true)
        repaint()
    }

    package func bell() {
        guard state == .open else { return }
        beep()
    }

    package func copyToClipboard(_ text: String) {
        guard state == .open else { return }
        for sequence in ClipboardSequence.sequences(for: text, isInsideTmux: isInsideTmux) {
            CursesScreen.send(sequence)
        }
    }

    package func suspend() {
        guard state == .open else { return }
        guard CursesScreen.hasJobControl() else {
            bell()
            return
        }
        state = .suspended
        leaveModes()
        TerminalRestore.disarm()
        kill(0, SIGSTOP)
    }

    package func close() {
        guard state != .closed else { return }
        if state == .open { leaveModes() }
        state = .closed
        backlog.cancel()
        TerminalRestore.disarm()
        delscreen(terminal)
    }
}

// MARK: - What the session tells it

extension CursesScreen {
    /// The program runs in the foreground again, whoever stopped it.
    func resume() {
        guard state != .closed else { return }
        state = .open
        reset_prog_mode()
        enterModes()
        TerminalRestore.arm(farewell: farewell())
        clearok(nc_stdscr(), true)
        adoptSize()
        repaint()
    }

    /// Asks the terminal for its size; true when it changed.
    @discardableResult
    func adoptSize() -> Bool {
        guard state == .open else { return false }
        let current = CursesScreen.terminalSize()
        guard current != size else { return false }
        size = current
        resizeterm(Int32(max(current.rows, 1)), Int32(max(current.columns, 1)))
        clearok(nc_stdscr(), true)
        shown = nil
        return true
    }

    /// Asks for the colour behind everything, and then for something that every terminal answers.
    ///
    /// Nothing waits for the answers; they come as keys come.
    ///
    /// - Returns: False when this terminal is not one to ask.
    func askForBackground() -> Bool {
        guard state == .open, isLikeXterm, colorDepth != .mono else { return false }
        CursesScreen.send("\u{1B}]11;?\u{1B}\\\u{1B}[c")
        return true
    }

    /// What can be read without waiting.
    func drainKeys() -> [KeyCode] {
        state == .open ? CursesKeys.drain() : []
    }
}

// MARK: - Painting

extension CursesScreen {
    private func repaint() {
        shown = nil
        showWanted()
    }

    private func showWanted() {
        if let wanted { show(wanted) }
    }

    private func paint(_ frame: Frame) {
        let window = nc_stdscr()
        if shown?.size != frame.size { werase(window) }
        let blank = Frame(size: TerminalSize(columns: 0, rows: 0))
        for change in frame.changes(from: shown ?? blank) where change.row < size.rows {
            paint(change, in: window)
        }
        placeCursor(frame.cursor, in: window)
        wrefresh(window)
        shown = frame
    }

    private func paint(_ change: FrameChange, in window: UnsafeMutablePointer<WINDOW>?) {
        guard change.column < size.columns else { return }
        var cells: [cchar_t] = []
        cells.reserveCapacity(change.cells.count)
        for cell in change.cells { append(cell, to: &cells) }
        mvwadd_wchnstr(window, Int32(change.row), Int32(change.column), &cells, Int32(cells.count))
    }

    /// One scalar per cell; the combining slots stay empty, since curses does not check them.
    private func append(_ cell: Cell, to cells: inout [cchar_t]) {
        guard !cell.isTail else { return }
        var painted = palette.cell(for: cell.style)
        let isShowable = cell.scalar < 0x7F || wcwidth(wchar_t(cell.scalar)) == Int32(cell.width)
        painted.chars.0 = isShowable ? wchar_t(cell.scalar) : wchar_t(UInt8(ascii: "?"))
        cells.append(painted)
        guard !isShowable, cell.width == 2 else { return }
        // The C library knows the scalar as narrower: a blank keeps the columns in step.
        painted.chars.0 = wchar_t(UInt8(ascii: " "))
        cells.append(painted)
    }

    private func placeCursor(_ cursor: Position?, in window: UnsafeMutablePointer<WINDOW>?) {
        let isVisible = cursor != nil
        if isVisible != isCursorVisible { curs_set(isVisible ? 1 : 0) }
        isCursorVisible = isVisible
        guard let cursor else { return }
        wmove(window, Int32(cursor.row), Int32(cursor.column))
    }
}

// MARK: - Terminal modes

extension CursesScreen {
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"
    private static let mouseOff = "\u{1B}[?1006;1000l"

    private func enterModes() {
        let window = nc_stdscr()
        raw()
        noecho()
        nonl()
        keypad(window, true)
        nodelay(window, true)
        meta(window, true)
        set_escdelay(25)
        // Painting is never put off because a key is waiting.
        typeahead(-1)
        CursesKeys.definePasteKeys()
        isCursorVisible = nil
        if isLikeXterm { CursesScreen.send(CursesScreen.pasteOn) }
        if usesMouse { CursesKeys.watchMouse(true) }
    }

    private func watchMouse() {
        CursesKeys.watchMouse(usesMouse)
        TerminalRestore.arm(farewell: farewell())
        redraw()
    }

    private func leaveModes() {
        if isLikeXterm { CursesScreen.send(CursesScreen.pasteOff) }
        endwin()
        nc_flush()
    }

    /// What a dying program must still write, without the padding that only slow lines need.
    private func farewell() -> [UInt8] {
        let names = ["sgr0", "op", "cnorm", "rmkx", "rmcup"]
        let strings = names.compactMap(CursesScreen.capability)
        let modes = (isLikeXterm ? [CursesScreen.pasteOff] : [])
        let mouse = usesMouse ? [CursesScreen.mouseOff] : []
        let all = modes + mouse + strings
        return all.flatMap { CursesScreen.withoutPadding(Array($0.utf8)) }
    }

    /// Drops `$<5>` and the like.
    private static func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
                let end = rest.firstIndex(of: UInt8(ascii: ">"))
            {
                rest = rest[(end + 1)...]
            } else {
                kept.append(byte)
            }
        }
        return kept
    }

    private static func send(_ text: String) {
        nc_flush()
        let bytes = Array(text.utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}

// MARK: - What the terminal is

extension CursesScreen {
    private static func codeset() -> String {
        nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } ?? ""
    }

    /// Never `initscr`, which ends the process when it does not know the terminal.
    private static func openTerminal(
        _ request: ColorRequest
    ) throws(TerminalFailure) -> OpaquePointer {
        var status: Int32 = 0
        guard !request.terminal.isEmpty,
            setupterm(request.terminal, STDOUT_FILENO, &status) == OK
        else { throw .unknownTerminal(request.terminal) }
        guard capability("cup") != nil else { throw .tooSimple(request.terminal) }
        for name in request.descriptions {
            if let screen = nc_newterm(name) { return screen }
        }
        throw .unknownTerminal(request.terminal)
    }

    private static func startColors(_ request: ColorRequest) -> ColorDepth {
        guard request.allowsColor, has_colors(), start_color() == OK else { return .mono }
        guard use_default_colors() == OK else { return .mono }
        return ColorDepth(colorCount: Int(nc_colors()))
    }

    /// A string capability of the terminal in use.
    private static func capability(_ name: String) -> String? {
        guard let value = tigetstr(name), Int(bitPattern: value) != -1 else { return nil }
        return String(cString: value)
    }

    private static func terminalSize() -> TerminalSize {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
            window.ws_row > 0
        else {
            return TerminalSize(
                columns: Int(getmaxx(nc_stdscr())),
                rows: Int(getmaxy(nc_stdscr()))
            )
        }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Whether some shell would notice a stop and could continue the program.
    private static func hasJobControl() -> Bool {
        let session = getsid(0)
        return session != getpid() && getsid(getppid()) == session
    }
}
