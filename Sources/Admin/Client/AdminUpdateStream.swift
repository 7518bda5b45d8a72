import AsyncHTTPClient
import MCP
import NIOCore

/// Reads the admin endpoint's event stream piece by piece.
enum AdminUpdateStream {
    /// Updates waiting for a slow consumer; the stream then ends with an error, so that no event is
    /// lost without a word.
    private static let backlogMax = 1024

    /// Connects when it is called; ends with the consuming task or with an `AdminError`.
    static func open(
        _ request: AdminRequest,
        over transport: AdminTransport
    ) -> AsyncThrowingStream<AdminUpdate, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingOldest(backlogMax)) { continuation in
            let reader = Task {
                do {
                    try await read(request, over: transport, into: continuation)
                    throw AdminError(
                        .unavailable,
                        "The gateway behind \(transport.socketPath) ended the stream."
                    )
                } catch {
                    continuation.finish(throwing: transport.adminError(for: error))
                }
            }
            continuation.onTermination = { _ in reader.cancel() }
        }
    }

    private static func read(
        _ request: AdminRequest,
        over transport: AdminTransport,
        into continuation: AsyncThrowingStream<AdminUpdate, any Error>.Continuation
    ) async throws {
        var parser = ServerSentEventParser()
        for try await chunk in try await transport.open(request) {
            for event in try parser.parse(Array(chunk.readableBytesView)) {
                guard let update = try AdminUpdate(event) else { continue }
                if case .dropped = continuation.yield(update) {
                    throw AdminError(.unavailable, "The stream is faster than its reader.")
                }
            }
        }
    }
}
