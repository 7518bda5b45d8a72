/// Which `Host` and `Origin` values a request may carry.
package struct BrowserRules: Equatable, Sendable, Codable {
    /// Host names without port, compared by ASCII-folded bytes; IPv6 in brackets.
    package var allowedHosts: [String]
    /// Exact origins such as `https://app.example`.
    ///
    /// One without a port whose host is a loopback name stands for every port.
    package var allowedOrigins: [String]
    /// Which pages of other origins may read answers.
    package var crossOrigin: CrossOriginRules

    package init(
        allowedHosts: [String] = ["localhost", "127.0.0.1", "[::1]"],
        allowedOrigins: [String] = [
            "http://localhost", "http://127.0.0.1", "http://[::1]",
            "https://localhost", "https://127.0.0.1", "https://[::1]",
        ],
        crossOrigin: CrossOriginRules = CrossOriginRules()
    ) {
        self.allowedHosts = allowedHosts
        self.allowedOrigins = allowedOrigins
        self.crossOrigin = crossOrigin
    }
}

/// Cross-origin resource sharing as the Fetch standard has it.
package struct CrossOriginRules: Equatable, Sendable, Codable {
    package var isEnabled: Bool
    /// Exact origins that may send requests and read answers; at most 1,000.
    package var origins: [String]
    /// Every origin may; never together with `allowsCredentials`.
    package var allowsAnyOrigin: Bool
    /// Whether browsers may send cookies and other ambient credentials.
    package var allowsCredentials: Bool
    /// How long a browser may keep the answer to a preflight, 0…86,400 seconds.
    package var maxAgeSeconds: Int64

    package init(
        isEnabled: Bool = false,
        origins: [String] = [],
        allowsAnyOrigin: Bool = false,
        allowsCredentials: Bool = false,
        maxAgeSeconds: Int64 = 600
    ) {
        self.isEnabled = isEnabled
        self.origins = origins
        self.allowsAnyOrigin = allowsAnyOrigin
        self.allowsCredentials = allowsCredentials
        self.maxAgeSeconds = maxAgeSeconds
    }
}
