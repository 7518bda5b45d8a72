import Glibc
import NIOCore

extension GatewayError {
    /// Says what kept the gateway from listening, and what to do about it.
    init(binding settings: GatewaySettings, failedWith error: any Error) {
        let place = "\(settings.host):\(settings.port)"
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init(
                .portInUse,
                "Another process listens on \(place); stop it or choose another port.",
                cause: error
            )
        case EACCES, EPERM:
            self.init(
                .permissionDenied,
                "This user may not listen on \(place); choose a port from 1024 on.",
                cause: error
            )
        case EMFILE, ENFILE:
            self.init(
                .descriptorsExhausted,
                "No file descriptor is left to listen on \(place); raise the limit (ulimit -n).",
                cause: error
            )
        case EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL:
            self.init(unavailable: place, cause: error)
        case nil where !(error is ChannelError):
            // The name did not resolve.
            self.init(unavailable: place, cause: error)
        default:
            self.init(.systemFailure, "Listening on \(place) failed: \(error).", cause: error)
        }
    }

    private init(unavailable place: String, cause: any Error) {
        self.init(
            .addressUnavailable,
            "\(place) is not an address of this machine; choose one that is, e.g. 127.0.0.1.",
            cause: cause
        )
    }
}
