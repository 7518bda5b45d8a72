extension PolicyInspection {
    mutating func inspect(_ limits: LimitRules) {
        inspect(limits.perAddress, path: "limits.perAddress")
        inspect(limits.perKey, path: "limits.perKey")
        require(
            limits.blockSeconds,
            in: 0...PolicyBounds.blockSecondsMax,
            path: "limits.blockSeconds"
        )
        require(
            Int64(limits.bodyBytesMax),
            in: 1...Int64(PolicyBounds.bodyBytesMax),
            path: "limits.bodyBytesMax"
        )
        requireCount(
            limits.perTool.count,
            atMost: PolicyBounds.patternCountMax,
            path: "limits.perTool"
        )
        for (index, rule) in limits.perTool.prefix(PolicyBounds.patternCountMax).enumerated() {
            inspect(pattern: rule.pattern, path: "limits.perTool[\(index)].pattern")
            inspect(rule.rate, path: "limits.perTool[\(index)].rate")
        }
        if let rule = limits.perUpstream { inspect(rule, path: "limits.perUpstream") }
        inspect(limits.concurrency)
        require(
            limits.bytesPerMinute,
            in: 0...PolicyBounds.bytesPerMinuteMax,
            path: "limits.bytesPerMinute"
        )
    }

    private mutating func inspect(_ rules: ConcurrencyRules) {
        let path = "limits.concurrency"
        let countMax = Int64(PolicyBounds.concurrencyMax)
        require(Int64(rules.connections), in: 1...countMax, path: "\(path).connections")
        for (name, count) in [
            ("connectionsPerAddress", rules.connectionsPerAddress),
            ("requestsPerPrincipal", rules.requestsPerPrincipal),
            ("streams", rules.streams),
            ("streamsPerPrincipal", rules.streamsPerPrincipal),
        ] {
            require(Int64(count), in: 0...countMax, path: "\(path).\(name)")
        }
        require(
            Int64(rules.loopLagMillisecondsMax),
            in: 0...PolicyBounds.loopLagMillisecondsMax,
            path: "\(path).loopLagMillisecondsMax"
        )
    }

    mutating func inspect(_ rule: RateRule, path: String) {
        require(
            Int64(rule.requestsPerMinute),
            in: 1...Int64(PolicyBounds.rateMax),
            path: "\(path).requestsPerMinute"
        )
        require(Int64(rule.burst), in: 1...Int64(PolicyBounds.burstMax), path: "\(path).burst")
    }

    /// What a name is compared with; `*` stands for any number of bytes.
    mutating func inspect(pattern: String, path: String) {
        let length = 1...PolicyBounds.patternBytesMax
        if !length.contains(pattern.utf8.count) {
            report(path, "must have 1…\(length.upperBound) bytes; * stands for everything")
        } else {
            require(pattern, length: length, path: path, what: "a pattern")
        }
    }
}
