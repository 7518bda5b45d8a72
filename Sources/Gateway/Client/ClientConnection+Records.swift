import NIOCore
import Policy
import Telemetry

/// What telemetry is told of every call, once.
extension ClientConnection {
    func record(_ call: OpenCall) {
        if call.isOnAccount { chain(of: call).settleAccount(of: call) }
        loop.recorder.record(
            CallRecord(
                client: call.client,
                key: call.caller.key?.id ?? call.caller.namedKey,
                isGraceUse: call.caller.key?.isGraceUse ?? false,
                method: call.method,
                tool: call.tool,
                status: call.status,
                denial: call.denial,
                latencyNanoseconds: loop.now.nanoseconds - call.receivedAt.nanoseconds,
                requestBytes: call.requestBytes,
                responseBytes: call.responseBytes
            ),
            at: loop.clock.wallNow
        )
    }

    func recordUnopened(_ denial: CallDenial, status: Int, responseBytes: Int) {
        loop.recorder.record(
            CallRecord(
                client: client,
                status: status,
                denial: denial.cause,
                requestBytes: intake.unread.readableBytes,
                responseBytes: responseBytes
            ),
            at: loop.clock.wallNow
        )
    }
}

extension LoopContext {
    /// A connection over the bound: closed as it comes, before a byte of it is read.
    func recordRefusedConnection(from client: ClientAddress) {
        clock.refresh()
        let call = CallRecord(client: client, status: 503, denial: .connectionLimit)
        recorder.record(call, at: clock.wallNow)
    }
}
