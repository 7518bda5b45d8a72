/// A key as the user pressed it.
package enum Key: Hashable, Sendable {
    case character(Character)
    /// With the Control key, in lower case: `^C` is `.control("c")`.
    case control(Character)
    /// With the Alt or Meta key.
    case alt(Character)
    case enter
    case escape
    case tab
    case backTab
    case backspace
    case delete
    case insert
    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
    case function(Int)
}

/// What a mouse did, where the program asked to be told.
package enum MouseAction: Hashable, Sendable {
    case click(Position)
    case wheelUp
    case wheelDown
}

/// Everything a terminal can tell the program.
package enum InputEvent: Hashable, Sendable {
    case key(Key)
    /// Pasted as one burst, at most 65,536 scalars, not neutralised.
    case paste(String)
    case mouse(MouseAction)
    case resize(TerminalSize)
    /// What the terminal paints behind everything; told once, when it was asked.
    case background(RGBColor)
    /// The program is back in the foreground and owns the screen again; draw anew.
    case resumed
    /// The terminal is gone; nothing more will be read or shown.
    case hangUp
    /// Someone asked the program to end (SIGTERM, SIGINT, SIGQUIT).
    case terminate
}
