import MCP
import NIOCore
import Policy

/// Writes response heads; every answer of the gateway, its own or relayed, begins here.
///
/// No answer names the server or the software behind it.
enum ResponseWriter {
    private static let commonFields: StaticString =
        "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"

    static func begin(_ status: Int, in buffer: inout ByteBuffer) {
        let line = StatusLine.text(for: status)
        if line.utf8CodeUnitCount > 0 {
            buffer.writeStaticString(line)
        } else {
            buffer.writeStaticString("HTTP/1.1 ")
            write(decimal: status, to: &buffer)
            buffer.writeStaticString(" \r\n")
        }
        buffer.writeStaticString(commonFields)
    }

    static func field(_ name: StaticString, _ value: StaticString, in buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        buffer.writeStaticString(value)
        buffer.writeStaticString("\r\n")
    }

    static func field(_ name: StaticString, _ value: Int64, in buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        write(decimal: Int(value), to: &buffer)
        buffer.writeStaticString("\r\n")
    }

    /// The caller answers for `value` holding no control character.
    static func field(_ name: StaticString, _ value: String, in buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }

    /// `RateLimit-Policy` and `RateLimit`, as the IETF draft on rate limit fields has them.
    static func allowance(_ allowance: Allowance, in buffer: inout ByteBuffer) {
        buffer.writeStaticString("RateLimit-Policy: \"default\";q=")
        write(decimal: allowance.verdict.limit, to: &buffer)
        buffer.writeStaticString(";w=")
        write(decimal: allowance.windowSeconds, to: &buffer)
        buffer.writeStaticString("\r\nRateLimit: \"default\";r=")
        write(decimal: allowance.verdict.remaining, to: &buffer)
        buffer.writeStaticString(";t=")
        write(decimal: Int(allowance.verdict.resetSeconds), to: &buffer)
        buffer.writeStaticString("\r\n")
    }

    static func end(isLast: Bool, isHTTP11: Bool, in buffer: inout ByteBuffer) {
        if isLast {
            buffer.writeStaticString("Connection: close\r\n\r\n")
        } else if isHTTP11 {
            buffer.writeStaticString("\r\n")
        } else {
            buffer.writeStaticString("Connection: keep-alive\r\n\r\n")
        }
    }

    static func write(decimal number: Int, to buffer: inout ByteBuffer) {
        if number < 0 { buffer.writeInteger(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var divisor: UInt = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            buffer.writeInteger(UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    static func write(hexadecimal number: Int, to buffer: inout ByteBuffer) {
        var shift = max(0, (Int.bitWidth - number.leadingZeroBitCount - 1) / 4 * 4)
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift) & 0xF
            buffer.writeInteger(digit < 10 ? digit + 0x30 : digit + 0x57)
            shift -= 4
        }
    }
}
