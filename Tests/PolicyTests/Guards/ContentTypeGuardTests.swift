import Testing

@testable import Policy

@Suite struct ContentTypeGuardTests {
    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=UTF-8", "application/json ; charset=\"utf-8\"",
    ])
    func `lets pass`(value: String) {
        #expect(withBytes(value) { ContentTypeGuard.ruling(on: $0, count: 1) }.isAllowed)
    }

    @Test(arguments: [
        ("empty", ""), ("form", "application/x-www-form-urlencoded"), ("text", "text/plain"),
        ("upload", "multipart/form-data"), ("suffix", "application/json5"),
        ("structured suffix", "application/ld+json"), ("other JSON", "text/json"),
        ("list", "application/json, text/plain"),
        ("text that mentions it", "text/plain; application/json"),
        ("other charset", "application/json; charset=utf-16"),
        ("second parameter", "application/json; charset=utf-8; boundary=x"),
        ("unknown parameter", "application/json; boundary=x"),
        ("no parameter", "application/json;"),
        ("long s", "application/j\u{17F}on"), ("NUL", "application/json\0"),
        ("space before", " application/json"), ("wildcard", "*/*"),
    ])
    func `refuses`(name: String, value: String) {
        let denial = withBytes(value) { ContentTypeGuard.ruling(on: $0, count: 1) }.denial
        #expect(denial?.code == .contentTypeUnsupported, "\(name)")
        #expect(denial?.status == 415)
    }

    @Test(arguments: [0, 2])
    func `refuses anything but one field`(count: Int) {
        #expect(
            !withBytes("application/json") { ContentTypeGuard.ruling(on: $0, count: count) }
                .isAllowed
        )
        #expect(!ContentTypeGuard.ruling(on: nil, count: count).isAllowed)
    }
}
