import Hummingbird
import NIOCore

/// The live stream as server-sent events: updates as they come, a comment when none did.
///
/// A reader that falls behind is cut off; it resumes with the cursor of the last event it read.
struct EventStreamBody: Sendable {
    /// Updates waiting for a slow reader.
    private static let backlogMax = 512

    let updates: AsyncThrowingStream<AdminUpdate, any Error>
    /// How often a comment shows that the gateway is there.
    let heartbeat: Duration

    var response: Response {
        Response(
            status: .ok,
            headers: Response.adminHeaders(mediaType: "text/event-stream"),
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            }
        )
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        let (chunks, feed) = AsyncStream.makeStream(
            of: ByteBuffer.self,
            bufferingPolicy: .bufferingOldest(Self.backlogMax)
        )
        feed.yield(ByteBuffer(string: ": gatehouse\n\n"))
        try await withThrowingTaskGroup { group in
            group.addTask { await pump(into: feed) }
            group.addTask { await pulse(into: feed) }
            for await chunk in chunks {
                try await writer.write(chunk)
            }
            group.cancelAll()
        }
    }

    private func pump(into feed: AsyncStream<ByteBuffer>.Continuation) async {
        defer { feed.finish() }
        do {
            for try await update in updates {
                let chunk = ByteBuffer(bytes: try update.serialized())
                if case .dropped = feed.yield(chunk) { return }
            }
        } catch {
            // The stream ends here; the client connects again and resumes.
        }
    }

    private func pulse(into feed: AsyncStream<ByteBuffer>.Continuation) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: heartbeat)
            } catch {
                return
            }
            feed.yield(ByteBuffer(string: ": still here\n\n"))
        }
    }
}
