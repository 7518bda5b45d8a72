import MCP
import NIOCore

/// Cuts a byte stream into HTTP/1.1 responses; bodies are counted, not kept.
struct ResponseReader {
    struct Response: Equatable {
        var status: Int
        var bodyBytes: Int
        var isKeepAlive: Bool
    }

    private enum State {
        case head
        case length(Int)
        case chunked(ChunkedDecoder)
        case untilClose
    }

    private var state = State.head
    private var response = Response(status: 0, bodyBytes: 0, isKeepAlive: true)

    /// Consumes what it can of `buffer`.
    ///
    /// - Returns: The response whose last byte was read, or nil when more bytes are needed.
    /// - Throws: `RehearsalError` when the bytes are no valid response.
    mutating func next(_ buffer: inout ByteBuffer) throws(RehearsalError) -> Response? {
        while true {
            switch state {
            case .head:
                guard try readHead(&buffer) else { return nil }
                if case .head = state { return response }
            case .length(let remaining):
                let taken = min(remaining, buffer.readableBytes)
                buffer.moveReaderIndex(forwardBy: taken)
                response.bodyBytes += taken
                guard taken == remaining else {
                    state = .length(remaining - taken)
                    return nil
                }
                return finish()
            case .chunked(var decoder):
                guard try readChunks(&buffer, &decoder) else { return nil }
                return finish()
            case .untilClose:
                response.bodyBytes += buffer.readableBytes
                buffer.moveReaderIndex(to: buffer.writerIndex)
                return nil
            }
        }
    }

    private mutating func finish() -> Response {
        state = .head
        return response
    }

    private mutating func readHead(_ buffer: inout ByteBuffer) throws(RehearsalError) -> Bool {
        let parsed = ResponseHeadParser.parse(buffer.readableBytesSpan, limits: HeadLimits())
        switch parsed {
        case .incomplete:
            return false
        case .refused(let problem):
            throw RehearsalError(.invalidResponse, "The answer is not valid HTTP: \(problem).")
        case .complete(let head):
            buffer.moveReaderIndex(forwardBy: head.byteCount)
            response = Response(status: head.status, bodyBytes: 0, isKeepAlive: head.isKeepAlive)
            switch head.framing(for: .post) {
            case .none: state = .head
            case .length(let length): state = length == 0 ? .head : .length(length)
            case .chunked: state = .chunked(ChunkedDecoder())
            case .untilClose: state = .untilClose
            }
            return true
        }
    }

    /// - Returns: Whether the last chunk was read.
    private mutating func readChunks(
        _ buffer: inout ByteBuffer,
        _ decoder: inout ChunkedDecoder
    ) throws(RehearsalError) -> Bool {
        while true {
            switch decoder.decode(buffer.readableBytesSpan, from: 0) {
            case .needMore(let consumed):
                buffer.moveReaderIndex(forwardBy: consumed)
                state = .chunked(decoder)
                return false
            case .data(let range, let consumed):
                response.bodyBytes += range.count
                buffer.moveReaderIndex(forwardBy: consumed)
            case .end(let consumed):
                buffer.moveReaderIndex(forwardBy: consumed)
                return true
            case .refused(let problem):
                throw RehearsalError(.invalidResponse, "The answer is badly chunked: \(problem).")
            }
        }
    }
}

/// Why a rehearsal could not go on.
package struct RehearsalError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Nobody answers at the address.
        case unreachable
        /// The connection ended before the answer did.
        case closed
        case invalidResponse
        /// A program that the measurement needs is missing or did not start.
        case peerUnavailable
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
