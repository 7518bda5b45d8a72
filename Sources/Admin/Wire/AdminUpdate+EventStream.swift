import Foundation
import MCP
import Telemetry

extension AdminUpdate {
    /// As one server-sent event; only security events carry an id, because only they can be missed.
    func serialized() throws -> [UInt8] {
        let (name, data, id): (String, Data, String?) =
            switch self {
            case .snapshot(let snapshot): ("snapshot", try AdminJSON.encode(snapshot), nil)
            case .event(let event): ("event", try AdminJSON.encode(event), "\(event.cursor)")
            case .revision(let number):
                ("revision", try AdminJSON.encode(RevisionNotice(revision: number)), nil)
            }
        return ServerSentEvent(
            id: id,
            event: name,
            data: String(decoding: data, as: UTF8.self)
        ).serialized()
    }

    /// - Returns: Nil for an event of a kind that this version does not know.
    init?(_ event: ServerSentEvent) throws {
        let data = event.data.utf8
        switch event.event {
        case "snapshot":
            self = .snapshot(try AdminJSON.decodeAnswer(TelemetrySnapshot.self, from: data))
        case "event":
            self = .event(try AdminJSON.decodeAnswer(SecurityEvent.self, from: data))
        case "revision":
            self = .revision(try AdminJSON.decodeAnswer(RevisionNotice.self, from: data).revision)
        default:
            return nil
        }
    }
}
