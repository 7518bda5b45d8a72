import NIOPosix

/// One client that sends the same request again and again over a kept-alive connection.
package struct Caller: Sendable {
    package var port: Int
    package var request: [UInt8]
    /// An address in 127.0.0.0/8.
    package var sourceAddress: String

    package init(port: Int, request: [UInt8], sourceAddress: String) {
        self.port = port
        self.request = request
        self.sourceAddress = sourceAddress
    }

    /// Calls until cancelled; a connection that ends is opened anew after a millisecond.
    ///
    /// - Parameter report: Told when each request was sent and which status answered it.
    package func call(_ report: (ContinuousClock.Instant, Int) -> Void) async {
        var connection: LoopbackConnection?
        while !Task.isCancelled {
            if connection?.isOpen != true {
                connection = try? await LoopbackConnection.open(
                    from: sourceAddress,
                    toPort: port,
                    on: MultiThreadedEventLoopGroup.singleton
                )
            }
            let sent = ContinuousClock.now
            if let status = try? await connection?.exchange(request) {
                report(sent, status)
            } else {
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        await connection?.close()
    }
}
