import Hummingbird
import NIOCore
import Policy

extension Response {
    static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        revision: RevisionNumber? = nil
    ) throws -> Response {
        var headers = adminHeaders(mediaType: "application/json")
        headers[.eTag] = revision.map { "\"\($0)\"" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: try jsonLine(value))
        )
    }

    static func revision(_ revision: PolicyRevision) throws -> Response {
        try json(revision, revision: revision.number)
    }

    /// Closes the connection after it: what is left of the request is not worth reading.
    static func problem(_ refusal: AdminRefusal) -> Response {
        let problem = AdminProblem(refusal.error, status: refusal.status)
        var headers = adminHeaders(mediaType: AdminProblem.mediaType)
        headers[.connection] = "close"
        headers[.eTag] = problem.current.map { "\"\($0)\"" }
        if !refusal.allowedMethods.isEmpty {
            headers[.allow] = refusal.allowedMethods.joined(separator: ", ")
        }
        let body = (try? jsonLine(problem)) ?? ByteBuffer()
        return Response(
            status: HTTPResponse.Status(code: problem.status),
            headers: headers,
            body: ResponseBody(byteBuffer: body)
        )
    }

    static func adminHeaders(mediaType: String) -> HTTPFields {
        [
            .contentType: mediaType,
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
        ]
    }

    /// Ends with a line feed, so that a shell's prompt starts on its own line.
    private static func jsonLine(_ value: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer(bytes: try AdminJSON.encode(value))
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }
}
