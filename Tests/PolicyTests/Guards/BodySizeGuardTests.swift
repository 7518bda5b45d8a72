import Testing

@testable import Policy

@Suite struct BodySizeGuardTests {
    private let bodies = BodySizeGuard(bytesMax: 1000)

    @Test(arguments: [
        ("one byte more", 1001), ("the largest number", Int.max), ("a negative number", -1),
        ("the smallest number", Int.min),
    ])
    func `refuses`(name: String, size: Int) {
        for ruling in [bodies.ruling(declared: size), bodies.ruling(received: size)] {
            #expect(ruling.denial?.status == 413, "\(name)")
            #expect(ruling.denial?.code == .bodyTooLarge)
        }
    }

    @Test func `lets the bound itself pass`() {
        #expect(bodies.ruling(declared: 1000).isAllowed)
        #expect(bodies.ruling(received: 1000).isAllowed)
        #expect(bodies.ruling(received: 0).isAllowed)
    }

    @Test func `counts a chunked body as it comes`() {
        #expect(bodies.ruling(declared: nil).isAllowed)
        #expect(!bodies.ruling(received: 1001).isAllowed)
    }
}
