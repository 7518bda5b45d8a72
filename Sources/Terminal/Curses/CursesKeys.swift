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
        default:
            if let key = byCode[code] { return .key(key) }
            let number = Int(code) - Int(KEY_F0)
            return 1...63 ~= number ? .key(.function(number)) : .unknown
        }
    }

    private static let byCode: [Int32: Key] = [
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
        KEY_HOME: .home, KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
        KEY_BACKSPACE: .backspace, KEY_DC: .delete, KEY_IC: .insert,
        KEY_BTAB: .backTab, KEY_ENTER: .enter,
    ]
}
