/// A web origin as browsers write it: `http://` or `https://`, a host, and a port that is not the
/// scheme's own.
struct WebOrigin {
    let authority: HostPort

    init?(parsing text: String) {
        for (scheme, ownPort) in [("http://", 80), ("https://", 443)]
        where text.utf8.starts(with: scheme.utf8) {
            let rest = Array(text.utf8.dropFirst(scheme.utf8.count))
            guard let authority = HostPort(rest), authority.isPlain, authority.port != ownPort
            else { return nil }
            self.authority = authority
            return
        }
        return nil
    }
}
