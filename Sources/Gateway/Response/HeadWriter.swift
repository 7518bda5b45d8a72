import MCP
import NIOCore

/// Writes one message head into space that was reserved for it once.
///
/// Every write is checked against that space and traps beyond it, so whoever reserves must count
/// what a peer can make long.
struct HeadWriter {
    private let space: UnsafeMutableRawBufferPointer
    fileprivate var count = 0

    fileprivate init(_ space: UnsafeMutableRawBufferPointer) {
        self.space = space
    }

    @inline(__always)
    mutating func write(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        take(length).copyMemory(
            from: UnsafeRawBufferPointer(start: text.utf8Start, count: length)
        )
    }

    @inline(__always)
    mutating func write(_ bytes: RawSpan) {
        let place = take(bytes.byteCount)
        bytes.withUnsafeBytes { place.copyMemory(from: $0) }
    }

    /// Named, because a literal would rather be a `String` than a `StaticString`.
    mutating func write(text: String) {
        var text = text
        text.withUTF8 { take($0.count).copyMemory(from: UnsafeRawBufferPointer($0)) }
    }

    /// A field as it came: name, colon, value.
    ///
    /// `bytes` holds the whole head, so a line end follows somewhere behind the value.
    mutating func write(_ field: HeadField, of bytes: RawSpan) {
        let (name, value) = (field.name, field.value)
        if value.lowerBound == name.upperBound + 2, bytes[name.upperBound + 1] == ASCII.space,
            bytes[value.upperBound] == ASCII.carriageReturn
        {
            write(bytes.extracting(name.lowerBound..<value.upperBound + 2))
        } else {
            write(bytes.extracting(name))
            write(": ")
            write(bytes.extracting(value))
            write("\r\n")
        }
    }

    mutating func write(decimal number: Int) {
        if number < 0 { write("-") }
        var rest = number.magnitude
        let place = take(Self.digitCount(of: rest))
        for index in place.indices.reversed() {
            place[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    mutating func write(hexadecimal number: Int) {
        var shift = max(0, (Int.bitWidth - number.leadingZeroBitCount - 1) / 4 * 4)
        let place = take(shift / 4 + 1)
        for index in place.indices {
            let digit = UInt8(truncatingIfNeeded: number >> shift) & 0xF
            place[index] = digit < 10 ? digit + 0x30 : digit + 0x57
            shift -= 4
        }
    }

    @inline(__always)
    private static func digitCount(of number: UInt) -> Int {
        var (count, bound) = (1, UInt(10))
        while number >= bound {
            count += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        return count
    }

    /// The next `length` bytes of the space.
    @inline(__always)
    private mutating func take(_ length: Int) -> UnsafeMutableRawBufferPointer {
        precondition(length <= space.count - count, "The head outgrew its space")
        defer { count += length }
        return UnsafeMutableRawBufferPointer(
            start: space.baseAddress.map { $0 + count },
            count: length
        )
    }
}

extension ByteBuffer {
    /// Appends what `body` writes, at most `bytesMax` bytes, in one access.
    @inline(__always)
    mutating func writeHead(bytesMax: Int, _ body: (inout HeadWriter) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: bytesMax) { space in
            var writer = HeadWriter(space)
            body(&writer)
            return writer.count
        }
    }
}
