/// How many colours a terminal shows.
package enum ColorDepth: String, Sendable, CaseIterable {
    /// Red, green and blue, eight bits each.
    case rgb
    case palette256
    case palette16
    case palette8
    /// Bold, reverse and underline only.
    case mono
}

/// A colour as a theme states it.
package enum TerminalColor: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// One of the sixteen named colours, 0 to 15: what they look like is the user's choice.
    case named(UInt8)
    /// A colour, with what to use among 256 and among the sixteen named when the theme says so.
    case rgb(RGBColor, x256: UInt8? = nil, ansi: UInt8? = nil)

    /// The sixteen names, in the order of their indices.
    package static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black",
        "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta",
        "bright-cyan", "bright-white",
    ]

    /// `#rrggbb`, one of the sixteen names, or `default`.
    package init?(parsing text: String) {
        if text == "default" {
            self = .standard
        } else if let index = TerminalColor.index(named: text) {
            self = .named(index)
        } else if let color = RGBColor(hex: text) {
            self = .rgb(color)
        } else {
            return nil
        }
    }

    /// The index of one of the sixteen names.
    static func index(named name: String) -> UInt8? {
        names.firstIndex(of: name).map { UInt8($0) }
    }

    /// The number that a terminal of this depth knows the colour by.
    ///
    /// -1 is the terminal's own colour; with `.rgb` the number is 0xRRGGBB, of which 0 to 7 mean
    /// the named colours and are avoided.
    func number(at depth: ColorDepth) -> Int32 {
        switch (self, depth) {
        case (.standard, _), (_, .mono): -1
        case (.named(let index), .rgb): index < 8 ? Int32(index) : RGBColor.xterm[Int(index)].number
        case (.named(let index), .palette8): Int32(index % 8)
        case (.named(let index), _): Int32(index)
        case (.rgb(let color, _, _), .rgb): color.number
        case (.rgb(let color, let x256, _), .palette256): Int32(x256 ?? color.nearest256)
        case (.rgb(let color, _, let ansi), .palette16): Int32(ansi ?? color.nearest(among: 16))
        case (.rgb(let color, _, let ansi), .palette8):
            Int32(ansi.map { $0 % 8 } ?? color.nearest(among: 8))
        }
    }
}

extension TerminalColor: CustomStringConvertible {
    /// As a theme file would write it.
    package var description: String {
        switch self {
        case .standard: "default"
        case .named(let index): Self.names[Int(index) % Self.names.count]
        case .rgb(let color, _, _): color.description
        }
    }
}

/// Red, green and blue, 0 to 255 each.
package struct RGBColor: Hashable, Sendable, CustomStringConvertible {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#` and six hexadecimal digits.
    package init?(hex text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 7, digits[0] == UInt8(ascii: "#") else { return nil }
        var values: [UInt8] = []
        for digit in digits.dropFirst() {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): values.append(digit - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): values.append(digit - 87)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): values.append(digit - 55)
            default: return nil
            }
        }
        red = values[0] << 4 | values[1]
        green = values[2] << 4 | values[3]
        blue = values[4] << 4 | values[5]
    }

    /// The sixteen named colours as xterm shows them.
    static let xterm: [RGBColor] = [
        0x00_00_00, 0xCD_00_00, 0x00_CD_00, 0xCD_CD_00, 0x00_00_EE, 0xCD_00_CD, 0x00_CD_CD,
        0xE5_E5_E5, 0x7F_7F_7F, 0xFF_00_00, 0x00_FF_00, 0xFF_FF_00, 0x5C_5C_FF, 0xFF_00_FF,
        0x00_FF_FF, 0xFF_FF_FF,
    ]
    .map { (value: UInt32) in RGBColor(number: value) }

    /// `#rrggbb`.
    package var description: String {
        let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// What xterm shows for one of the 256 indices.
    package init(x256 index: UInt8) {
        switch index {
        case 232...:
            let level = 8 + 10 * (index - 232)
            self.init(red: level, green: level, blue: level)
        case 16...:
            let place = Int(index) - 16
            self.init(
                red: Self.steps[place / 36],
                green: Self.steps[place / 6 % 6],
                blue: Self.steps[place % 6]
            )
        default: self = Self.xterm[Int(index)]
        }
    }

    /// The levels of the colour cube, 16 to 231.
    private static let steps: [UInt8] = [0, 95, 135, 175, 215, 255]

    init(number: UInt32) {
        red = UInt8(truncatingIfNeeded: number >> 16)
        green = UInt8(truncatingIfNeeded: number >> 8)
        blue = UInt8(truncatingIfNeeded: number)
    }

    /// 0xRRGGBB, never one of the eight numbers that mean a named colour.
    var number: Int32 {
        max(Int32(red) << 16 | Int32(green) << 8 | Int32(blue), 8)
    }

    /// The nearest of the first `count` named colours.
    func nearest(among count: Int) -> UInt8 {
        let candidates = RGBColor.xterm.prefix(count)
        let best = candidates.indices.min {
            distance(to: candidates[$0]) < distance(to: candidates[$1])
        }
        return UInt8(best ?? 0)
    }

    /// The nearest of the colour cube (16 to 231) and the grey ramp (232 to 255).
    var nearest256: UInt8 {
        let steps = Self.steps
        func step(_ value: UInt8) -> Int {
            steps.indices.min { steps[$0].difference(value) < steps[$1].difference(value) } ?? 0
        }
        let (r, g, b) = (step(red), step(green), step(blue))
        let cube = RGBColor(red: steps[r], green: steps[g], blue: steps[b])
        let brightness = (Int(red) + Int(green) + Int(blue)) / 3
        let ramp = min(max((brightness - 3) / 10, 0), 23)
        let level = UInt8(8 + 10 * ramp)
        let grey = RGBColor(red: level, green: level, blue: level)
        return distance(to: grey) < distance(to: cube)
            ? UInt8(232 + ramp) : UInt8(16 + 36 * r + 6 * g + b)
    }

    private func distance(to other: RGBColor) -> Int {
        let r = Int(red) - Int(other.red)
        let g = Int(green) - Int(other.green)
        let b = Int(blue) - Int(other.blue)
        return r * r + g * g + b * b
    }
}

extension UInt8 {
    fileprivate func difference(_ other: UInt8) -> Int {
        abs(Int(self) - Int(other))
    }
}
