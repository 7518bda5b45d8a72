import CNcurses

/// Reads keys through curses; only on the main actor, like everything of curses.
@MainActor
enum CursesKeys {
    /// Codes above every one that curses uses for itself.
    private static let pasteBegin: Int32 = 0x1000
    private static let pasteEnd: Int32 = 0x1001
    /// Codes one drain takes at most, so that a flood of input cannot starve the screen.
    private static let codesPerDrainMax = 4_096

    static func definePasteKeys() {
        define_key("\u{1B}[200~", pasteBegin)
        define_key("\u{1B}[201~", pasteEnd)
    }

    /// Everything that can be read without waiting.
    static func drain() -> [KeyCode] {
        var codes: [KeyCode] = []
        var code: wint_t = 0
        while codes.count < codesPerDrainMax {
            switch wget_wch(nc_stdscr(), &code) {
            case KEY_CODE_YES: codes.append(keyCode(Int32(bitPattern: code)))
            case OK: codes.append(Unicode.Scalar(code).map(KeyCode.scalar) ?? .unknown)
            default: return codes
            }
        }
        return codes
    }

    private static func keyCode(_ code: Int32) -> KeyCode {
        switch code {
        case pasteBegin: return .pasteBegin
        case pasteEnd: return .pasteEnd
        case KEY_MOUSE: return mouseCode()
        default:
            if let key = byCode[code] { return .key(key) }
            let number = Int(code) - Int(KEY_F0)
            return 1...63 ~= number ? .key(.function(number)) : .unknown
        }
    }

    /// Asks to be told of clicks and of the wheel at once, without waiting for a second click.
    static func watchMouse(_ isWatched: Bool) {
        let buttons = NC_MOUSE_LEFT | NC_MOUSE_WHEEL_UP | NC_MOUSE_WHEEL_DOWN
        mousemask(mmask_t(isWatched ? buttons : 0), nil)
        mouseinterval(0)
    }

    private static func mouseCode() -> KeyCode {
        var event = MEVENT()
        guard getmouse(&event) == OK else { return .unknown }
        switch UInt32(event.bstate) {
        case let state where state & NC_MOUSE_LEFT != 0:
            return .mouse(.click(Position(column: Int(event.x), row: Int(event.y))))
        case let state where state & NC_MOUSE_WHEEL_UP != 0: return .mouse(.wheelUp)
        case let state where state & NC_MOUSE_WHEEL_DOWN != 0: return .mouse(.wheelDown)
        default: return .unknown
        }
    }

    private static let byCode: [Int32: Key] = [
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
        KEY_HOME: .home, KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
        KEY_BACKSPACE: .backspace, KEY_DC: .delete, KEY_IC: .insert,
        KEY_BTAB: .backTab, KEY_ENTER: .enter,
    ]
}
