import MCP

/// Where an upstream is, taken apart once.
///
/// A reference, because every request passes it on and its texts would be counted each time.
package final class UpstreamAddress: Equatable, Sendable {
    /// A lower-case name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// 1…65,535; 80 when the text names none.
    package let port: Int
    /// Begins with `/`.
    package let path: String
    /// What goes into the `Host` field, `127.0.0.1:9000` say; without the port when it is 80.
    package let authority: String
    /// What follows the method in every request head, with the `Host` field.
    package let headTail: [UInt8]

    /// Reads `http://HOST[:PORT][/PATH]`; nil for anything else.
    ///
    /// Other schemes, user names, queries, fragments, white space, non-ASCII and link-local
    /// addresses (cloud metadata) are refused.
    package init?(parsing url: String) {
        let scheme = "http://"
        guard url.utf8.count <= PolicyBounds.urlLengthMax,
            url.utf8.starts(with: scheme.utf8)
        else { return nil }
        let rest = url.utf8.dropFirst(scheme.utf8.count)
        let slash = rest.firstIndex(of: 0x2F) ?? rest.endIndex
        let pathBytes = Array(rest[slash...])
        guard pathBytes.allSatisfy(Self.isPathByte),
            let authority = HostPort(Array(rest[..<slash])), authority.isPlain
        else { return nil }
        if let address = authority.address, address.isLinkLocal || address.isUnspecified {
            return nil
        }
        host = authority.address?.description ?? authority.name
        port = authority.port ?? 80
        path = pathBytes.isEmpty ? "/" : String(decoding: pathBytes, as: UTF8.self)
        self.authority = port == 80 ? authority.name : "\(authority.name):\(port)"
        headTail = Array(" \(path) HTTP/1.1\r\nHost: \(self.authority)\r\n".utf8)
    }

    package static func == (left: UpstreamAddress, right: UpstreamAddress) -> Bool {
        left === right
            || (left.host == right.host && left.port == right.port && left.path == right.path
                && left.authority == right.authority)
    }

    package var url: String { "http://\(authority)\(path)" }

    /// What RFC 3986 allows in a path.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-._~!$&'()*+,;=:@%/".utf8.contains(byte)
    }
}
