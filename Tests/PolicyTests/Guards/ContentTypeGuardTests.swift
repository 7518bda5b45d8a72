import Testing

@testable import Policy

@Suite struct ContentTypeGuardTests {
    private func ruling(
        on value: String,
        count: Int = 1,
        coding: String? = nil,
        codingCount: Int = 0
    ) -> Ruling {
        let end = value.utf8.count
        return withBytes(value + (coding ?? "")) { bytes in
            ContentTypeGuard.ruling(
                on: 0..<end,
                count: count,
                coding: coding.map { _ in end..<bytes.byteCount },
                codingCount: codingCount,
                in: bytes
            )
        }
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=UTF-8", "application/json ; charset=\"utf-8\"",
    ])
    func `lets pass`(value: String) {
        #expect(ruling(on: value).isAllowed)
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
        let denial = ruling(on: value).denial
        #expect(denial?.code == .contentTypeUnsupported, "\(name)")
        #expect(denial?.status == 415)
    }

    @Test(arguments: [0, 2])
    func `refuses anything but one field`(count: Int) {
        #expect(!ruling(on: "application/json", count: count).isAllowed)
        let missing = withBytes("") { ContentTypeGuard.ruling(on: nil, count: count, in: $0) }
        #expect(!missing.isAllowed)
    }

    @Test(arguments: [
        ("compressed", "gzip", 1), ("two codings", "identity, gzip", 1), ("empty", "", 1),
        ("repeated", "identity", 2),
    ])
    func `refuses a content coding`(name: String, coding: String, count: Int) {
        let denial = ruling(on: "application/json", coding: coding, codingCount: count).denial
        #expect(denial?.code == .contentTypeUnsupported, "\(name)")
        #expect(denial?.status == 415)
    }

    @Test(arguments: ["identity", "Identity"])
    func `takes identity for no coding`(coding: String) {
        #expect(ruling(on: "application/json", coding: coding, codingCount: 1).isAllowed)
    }
}
