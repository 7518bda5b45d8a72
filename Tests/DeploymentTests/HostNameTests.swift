import Testing

@testable import Deployment

struct HostNameTests {
    @Test(arguments: [
        "localhost", "gate.example.com", "*.example.com", "a-b.c1", "xn--bcher-kva.ch",
    ])
    func `takes host names`(name: String) {
        #expect(HostName.isSound(name))
    }

    @Test(arguments: [
        "", ".", "a..b", "-a.com", "a-.com", "*.com", "*", "a.*.com", "1.2.3", "10.0.0.256", "a b",
        "a\nb", "a\0.com", "ä.com", "a_b.com", String(repeating: "a", count: 64) + ".com",
        String(repeating: "abcdefg.", count: 32) + "com",
    ])
    func `refuses what is no host name`(name: String) {
        #expect(!HostName.isSound(name))
    }
}
