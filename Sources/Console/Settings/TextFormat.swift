import Foundation
import Policy

/// How times and numbers are written.
///
/// It is part of the model, so that equal models draw equal frames; `current` is the model's while
/// it draws or decides, which spares every cell of every table an argument.
struct TextFormat: Equatable, Sendable {
    @TaskLocal static var current = TextFormat()

    enum Numbers: String, CaseIterable, Sendable {
        /// `12.3k`.
        case short
        /// `12345`.
        case full
    }

    var zone = DisplayZone.utc
    var numbers = Numbers.short
}

/// The time zone that times are shown in.
struct DisplayZone: Equatable, Sendable {
    /// As the settings call it.
    let name: String
    private let zone: TimeZone?

    static let utc = DisplayZone(name: "UTC", zone: nil)

    /// That of the machine the console runs on.
    static var local: DisplayZone { DisplayZone(name: "local", zone: .current) }

    /// `UTC`, `local`, or a name such as `Europe/Berlin`; nil for one that is not known.
    static func named(_ name: String) -> DisplayZone? {
        switch name {
        case "UTC": utc
        case "local": local
        default:
            // Zones are files: only what looks like a name may be looked up.
            name.utf8.allSatisfy(isOfName) && !name.contains("..")
                ? TimeZone(identifier: name).map { DisplayZone(name: name, zone: $0) } : nil
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "+"):
            true
        default: false
        }
    }

    /// `UTC`, `+02:00`.
    func label(at time: Timestamp) -> String {
        let minutes = offsetSeconds(at: time) / 60
        guard zone != nil, minutes != 0 else { return "UTC" }
        let (hours, rest) = abs(minutes).quotientAndRemainder(dividingBy: 60)
        let digits = [hours, rest].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (minutes < 0 ? "-" : "+") + digits.joined(separator: ":")
    }

    /// The moment whose text in UTC is this one's text in the zone.
    func shifted(_ time: Timestamp) -> Timestamp {
        let isWithinCalendars = abs(time.millisecondsSince1970 / 1000) < 253_402_300_800
        guard zone != nil, isWithinCalendars else { return time }
        return time.advanced(bySeconds: offsetSeconds(at: time))
    }

    private func offsetSeconds(at time: Timestamp) -> Int64 {
        guard let zone else { return 0 }
        let date = Date(timeIntervalSince1970: Double(time.millisecondsSince1970) / 1000)
        return Int64(zone.secondsFromGMT(for: date))
    }
}
