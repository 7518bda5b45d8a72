import MCP

extension PolicyInspection {
    mutating func inspect(_ servers: [ServerRule]) {
        requireCount(servers.count, atMost: PolicyBounds.serverCountMax, path: "servers")
        var seen: Set<[UInt8]> = []
        for (index, server) in servers.prefix(PolicyBounds.serverCountMax).enumerated() {
            let path = "servers[\(index)]"
            if !Self.isServerName(server.name) {
                report("\(path).name", "must be 1…32 lower-case letters, digits and hyphens")
            } else if !seen.insert(Array(server.name.utf8)).inserted {
                report("\(path).name", "\(server.name) is already the name of a server")
            }
            inspect(server.upstream, path: "\(path).upstream")
        }
    }

    private static func isServerName(_ name: String) -> Bool {
        (1...PolicyBounds.serverNameBytesMax).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                $0 == 0x2D || ($0.isASCIIAlphanumeric && $0.asciiFolded == $0)
            }
    }

    mutating func inspect(_ upstream: UpstreamRule?, path: String) {
        guard let upstream else { return }
        if upstream.command.isEmpty {
            inspectAddress(of: upstream, path: path)
        } else {
            inspectCommand(of: upstream, path: path)
        }
        if let credential = upstream.credential {
            inspect(credential, isVariable: !upstream.command.isEmpty, path: "\(path).credential")
        }
    }

    private mutating func inspectAddress(of upstream: UpstreamRule, path: String) {
        if UpstreamAddress(parsing: upstream.url) == nil {
            report(
                "\(path).url",
                "must be http://HOST:PORT/PATH, such as http://127.0.0.1:9000/mcp, without user,"
                    + " query or fragment, and not a link-local address; or name a command instead"
            )
        }
        if upstream.isSharedChild {
            report("\(path).isSharedChild", "belongs to a command only")
        }
    }

    private mutating func inspectCommand(of upstream: UpstreamRule, path: String) {
        if !upstream.url.isEmpty {
            report("\(path).url", "must be empty where a command is named; one of the two is meant")
        }
        requireCount(
            upstream.command.count,
            atMost: PolicyBounds.argumentCountMax,
            path: "\(path).command"
        )
        for (index, word) in upstream.command.prefix(PolicyBounds.argumentCountMax).enumerated() {
            let isPlain = word.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            if !isPlain || word.utf8.count > PolicyBounds.pathLengthMax
                || (index == 0 && word.isEmpty)
            {
                report(
                    "\(path).command[\(index)]",
                    "must have at most \(PolicyBounds.pathLengthMax) bytes and no control"
                        + " characters; the first names the executable"
                )
            }
        }
    }

    private mutating func inspect(
        _ credential: UpstreamCredential,
        isVariable: Bool,
        path: String
    ) {
        if isVariable, !UpstreamCredential.isVariableName(credential.field) {
            report(
                "\(path).field",
                "must be the name of an environment variable, such as API_TOKEN, that tells no"
                    + " process what to load or run"
            )
        } else if !isVariable, !UpstreamCredential.isFieldName(credential.field) {
            report(
                "\(path).field",
                "must be the name of a field that carries a credential, such as Authorization"
            )
        }
        if credential.prefix.utf8.count > PolicyBounds.patternBytesMax
            || !credential.prefix.utf8.allSatisfy({ $0.isASCIIVisible || $0 == ASCII.space })
        {
            report("\(path).prefix", "must be at most 128 visible ASCII characters and spaces")
        }
        if !Self.isSecretSource(credential.source) {
            report("\(path).source", "must be file:/ABSOLUTE/PATH or env:NAME")
        }
    }

    private static func isSecretSource(_ text: String) -> Bool {
        if text.utf8.starts(with: "file:/".utf8) {
            return OperatorText.problem(text, length: 7...PolicyBounds.pathLengthMax) == nil
        }
        let name = text.utf8.dropFirst("env:".utf8.count)
        return text.utf8.starts(with: "env:".utf8) && (1...128).contains(name.count)
            && name.first?.decimalDigit == nil
            && name.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x5F }
    }
}
