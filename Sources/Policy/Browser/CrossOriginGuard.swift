package import MCP

/// Which pages of other origins may send requests and read the answers, as the Fetch standard
/// has it.
///
/// It stands before authentication, because browsers send no credential with a preflight, and an
/// answer to one costs no allowance. An `Origin` that neither these rules nor the list of allowed
/// origins knows is refused with 403, preflight or not and whether sharing is on or off.
package final class CrossOriginGuard: Sendable {
    /// What is to be done with a request.
    package enum Finding: Equatable, Sendable {
        /// Go on, and add these fields to the answer, whatever it will be; often there are none.
        case goOn([CrossOriginField])
        /// Answer now with 204 and these fields.
        case preflight([CrossOriginField])
        case refused(CallDenial)
    }

    private let isEnabled: Bool
    private let allowsAnyOrigin: Bool
    private let shared: TextTable
    private let origins: OriginGuard
    /// What goes into answers that are not shared.
    private let plainFields: [CrossOriginField]
    /// What follows `Access-Control-Allow-Origin` in every shared answer.
    private let sharedFields: [CrossOriginField]
    private let preflightFields: [CrossOriginField]

    package init(_ rules: BrowserRules) {
        let crossOrigin = rules.crossOrigin
        isEnabled = crossOrigin.isEnabled
        allowsAnyOrigin = crossOrigin.isEnabled && crossOrigin.allowsAnyOrigin
        shared = TextTable(crossOrigin.isEnabled ? crossOrigin.origins : [])
        origins = OriginGuard(rules.allowedOrigins)
        var common: [CrossOriginField] = []
        if !allowsAnyOrigin {
            common.append(.vary)
            if crossOrigin.allowsCredentials { common.append(.allowCredentials) }
        }
        plainFields = crossOrigin.isEnabled && !allowsAnyOrigin ? [.vary] : []
        sharedFields = common + [.exposeHeaders]
        preflightFields =
            common + [.allowMethods, .maxAge(seconds: max(crossOrigin.maxAgeSeconds, 0))]
    }

    /// - Parameters:
    ///   - method: The request's.
    ///   - fields: The fields of the request.
    ///   - bytes: The head that the fields stand in.
    /// - Returns: Whether to go on, to answer at once, or to refuse.
    package func finding(
        method: HTTPMethod,
        fields: FieldList,
        in bytes: RawSpan
    ) -> Finding {
        guard let field = fields.first(.origin) else {
            return .goOn(plainFields)
        }
        let origin = bytes.extracting(field.value)
        let isSingle = fields.count(of: .origin) == 1
        guard isSingle, isShared(origin) else { return unshared(origin, isSingle: isSingle) }
        let allowed = CrossOriginField.allowOrigin(
            allowsAnyOrigin ? "*" : origin.text(in: 0..<origin.byteCount)
        )
        guard method == .options, let request = PreflightRequest(fields, in: bytes) else {
            return .goOn([allowed] + sharedFields)
        }
        return .preflight([allowed, .allowHeaders(request.parameterNames)] + preflightFields)
    }

    /// An opaque origin, written `null`, is nobody in particular and is never shared with.
    private func isShared(_ origin: RawSpan) -> Bool {
        if allowsAnyOrigin {
            return origin.byteCount > 0 && !origin.equals("null", in: 0..<origin.byteCount)
        }
        return isEnabled && shared.contains(origin, 0..<origin.byteCount)
    }

    private func unshared(_ origin: RawSpan, isSingle: Bool) -> Finding {
        switch origins.ruling(on: origin, count: isSingle ? 1 : 2) {
        case .allow: .goOn(plainFields)
        case .deny(let denial): .refused(denial)
        }
    }
}
