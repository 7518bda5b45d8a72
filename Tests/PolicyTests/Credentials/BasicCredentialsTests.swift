import Testing

@testable import Policy

@Suite struct BasicCredentialsTests {
    private func decode(_ text: String) -> BasicCredentials? {
        let bytes = Array(text.utf8)
        return BasicCredentials(decoding: 0..<bytes.count, of: bytes.span.bytes)
    }

    @Test(arguments: [
        ("RFC 7617", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"),
        ("one pad", "YTpiYw==", "a", "bc"), ("no pad", "YTpi", "a", "b"),
        ("colons in the password", "YTpiOmM6", "a", "b:c:"),
        ("beyond ASCII", "dGVzdDoxMjPCow==", "test", "123\u{A3}"),
        ("plus and slash", "Pz8+Pz86Pz8/", "??>??", "???"),
    ])
    func `decodes user and password`(name: String, text: String, user: String, password: String) {
        let credentials = decode(text)
        #expect(credentials?.user == Array(user.utf8), "\(name)")
        #expect(credentials?.password == Array(password.utf8), "\(name)")
    }

    @Test(arguments: [
        ("empty", ""), ("missing padding", "YTpiYw"), ("too much padding", "YTpi===="),
        ("padding in the middle", "YTpi==YTpi"), ("bits after the end", "YTpiYx=="),
        ("bits after the end, one pad", "YTpiY2R="), ("space", "YTpi YTpi"),
        ("line feed", "YTpi\nYTp"), ("URL alphabet", "Pz8-Pz86Pz8_"), ("three letters", "YTp"),
        ("no colon", "YWJj"), ("no user", "OmFi"), ("no password", "YWI6"),
        ("only a colon", "Og=="),
        ("NUL in the password", "YToAYg=="), ("line feed in the password", "YTpiCmM="),
        ("escape in the user", "G2E6Yg=="), ("delete", "YTpifw=="), ("C1 control", "YTrCmw=="),
        ("bad UTF-8", "YTr/"), ("overlong slash", "YTrArw=="), ("surrogate", "YTrtoIA="),
        ("beyond ASCII", "YTpé"), ("quoted", "\"YTpi\""), ("comma list", "YTpi,YTpi"),
        ("too long", String(repeating: "YWJj", count: 192) + "OmFi"),
    ])
    func `cannot read`(name: String, text: String) {
        #expect(decode(text) == nil, "\(name)")
    }
}
