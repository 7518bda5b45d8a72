/// What a server says of one tool, in the one form that digests and differences are made of.
package struct CatalogueDefinition: Equatable, Sendable {
    package var name: String
    /// Canonical JSON of every member but `_meta`, which no model is shown.
    ///
    /// Members in another order, white space and other escapes are no change.
    package var canonical: [UInt8]
    /// What its texts hold that a reader does not see.
    package var flags: TextFlags

    init(name: String, range: Range<Int>, in bytes: RawSpan) {
        self.name = name
        let members = JSONOutline.members(of: range, in: bytes)
            .filter { !$0.key.equals("_meta", in: bytes) }
        canonical = []
        CanonicalJSON.append(members, in: bytes, to: &canonical)
        flags = TextFlags(name: name)
        if let value = try? JSONValue.parse(bytes.extracting(range)) {
            flags.formUnion(TextFlags(of: value))
        }
    }
}
