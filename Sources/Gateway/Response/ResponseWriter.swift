import MCP
import Policy

/// Writes response heads; every answer of the gateway, its own or relayed, begins here.
///
/// No answer names the server or the software behind it.
enum ResponseWriter {
    /// More than everything that this type writes into one head, but for texts of the caller's.
    static let ownBytesMax = 1_024

    /// What every answer tells a browser that comes upon it; one block, so that it costs one copy.
    private static let commonFields: StaticString = """
        X-Content-Type-Options: nosniff\r
        X-Frame-Options: DENY\r
        Content-Security-Policy: default-src 'none'\r
        Referrer-Policy: no-referrer\r
        Cache-Control: no-store\r\n
        """

    /// For answers over TLS only: a year, of this host alone.
    private static let strictTransport: StaticString =
        "Strict-Transport-Security: max-age=31536000\r\n"

    static func begin(_ status: Int, isSecure: Bool, in head: inout HeadWriter) {
        let line = StatusLine.text(for: status)
        if line.utf8CodeUnitCount > 0 {
            head.write(line)
        } else {
            head.write("HTTP/1.1 ")
            head.write(decimal: status)
            head.write(" \r\n")
        }
        head.write(commonFields)
        if isSecure { head.write(strictTransport) }
    }

    @inline(__always)
    static func field(_ name: StaticString, _ value: StaticString, in head: inout HeadWriter) {
        head.write(name)
        head.write(": ")
        head.write(value)
        head.write("\r\n")
    }

    @inline(__always)
    static func field(_ name: StaticString, _ value: Int64, in head: inout HeadWriter) {
        head.write(name)
        head.write(": ")
        head.write(decimal: Int(value))
        head.write("\r\n")
    }

    /// The caller answers for `value` holding no control character, and reserves its length.
    static func field(_ name: StaticString, text value: String, in head: inout HeadWriter) {
        head.write(name)
        head.write(": ")
        head.write(text: value)
        head.write("\r\n")
    }

    /// What a browser is told; `crossOriginBytes` is the room that it takes.
    @inline(__always)
    static func crossOrigin(_ fields: [CrossOriginField], in head: inout HeadWriter) {
        for field in fields {
            head.write(text: field.name)
            head.write(": ")
            head.write(text: field.value)
            head.write("\r\n")
        }
    }

    @inline(__always)
    static func crossOriginBytes(_ fields: [CrossOriginField]) -> Int {
        fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    }

    /// `RateLimit-Policy` and `RateLimit`, as the IETF draft on rate limit fields has them.
    static func allowance(_ allowance: Allowance, in head: inout HeadWriter) {
        head.write("RateLimit-Policy: \"default\";q=")
        head.write(decimal: allowance.verdict.limit)
        head.write(";w=")
        head.write(decimal: allowance.windowSeconds)
        head.write("\r\nRateLimit: \"default\";r=")
        head.write(decimal: allowance.verdict.remaining)
        head.write(";t=")
        head.write(decimal: Int(allowance.verdict.resetSeconds))
        head.write("\r\n")
    }

    static func end(isLast: Bool, isHTTP11: Bool, in head: inout HeadWriter) {
        if isLast {
            head.write("Connection: close\r\n\r\n")
        } else if isHTTP11 {
            head.write("\r\n")
        } else {
            head.write("Connection: keep-alive\r\n\r\n")
        }
    }
}
