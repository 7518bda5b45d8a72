import MCP
import Testing

@testable import Policy

@Suite struct EnvelopeGuardTests {
    @Test(arguments: EnvelopeProblem.allCases)
    func `refuses every fault of a message with 400 and a known reason`(problem: EnvelopeProblem) {
        let denial = EnvelopeGuard.denial(for: JSONRPCRefusal(problem))
        #expect(denial.status == 400)
        #expect(denial.code.rawValue == problem.reason)
        #expect(denial.cause == denial.code)
        #expect(!denial.clientMessage.isEmpty)
    }

    @Test(arguments: HTTPProblem.allCases)
    func `refuses every fault of a head with its status`(problem: HTTPProblem) {
        let denial = EnvelopeGuard.denial(for: problem)
        #expect(denial.status == problem.httpStatus)
        #expect([.malformedHTTP, .headersTooLarge].contains(denial.code))
        #expect((denial.code == .headersTooLarge) == [414, 431].contains(denial.status))
    }

    @Test(arguments: [
        ("header_mismatch", ReasonCode.headerMismatch), ("metadata_missing", .metadataMissing),
        ("version_unsupported", .versionUnsupported), ("invalid_message", .invalidMessage),
        ("a word that nobody knows", .invalidMessage), ("", .invalidMessage),
    ])
    func `keeps the reason of a refusal`(reason: String, code: ReasonCode) {
        let refusal = JSONRPCRefusal(
            httpStatus: 400,
            code: .headerMismatch,
            message: "words",
            reason: reason
        )
        let denial = EnvelopeGuard.denial(for: refusal)
        #expect(denial.code == code)
        #expect(denial.clientMessage == "words")
    }
}
