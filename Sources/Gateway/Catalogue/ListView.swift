import MCP
import NIOCore
import Policy

/// What one caller may see of what a server lists.
///
/// Tools are shown by name: those that the caller may call and, where changed tools are blocked,
/// those that are as they were pinned. Prompts and resources are not ruled by name, so whoever may
/// list them sees all of them. What is shown to one caller only is never said to be cacheable for
/// others.
struct ListView {
    private let kind: CatalogueKind
    /// Nil for a caller who may call everything.
    private let access: AccessPolicy?
    private let client: ClientAddress
    private let isModern: Bool
    /// Nil when nobody watches what the tools are.
    let inspection: ToolInspection?

    /// Whether the answer must be read before the caller is shown any of it.
    var isPartial: Bool { access != nil || inspection?.isBlocking == true }

    /// Nil for a call whose answer passes unread.
    ///
    /// The event stream that a legacy client opens may repeat the answer to a list request whose own
    /// stream broke off, so it is read alike.
    init?(
        of call: OpenCall,
        _ envelope: MessageEnvelope?,
        in body: ByteBuffer?,
        on loop: LoopContext
    ) {
        let access = call.caller.key?.access
        let inspection = ToolInspection(of: call, on: loop)
        guard access != nil || inspection != nil else { return nil }
        if let envelope, let body {
            let isForOne = access != nil
            guard let method = envelope.method,
                let kind = Self.kind(method, in: body.readableBytesSpan, call, isForOne: isForOne)
            else { return nil }
            self.kind = kind
        } else {
            guard call.head.method == .get, access != nil || inspection?.isBlocking == true
            else { return nil }
            kind = .tools
        }
        self.access = access
        self.inspection = kind == .tools ? inspection : nil
        client = call.client
        isModern = call.era == .modern
    }

    /// What is listed, if there is anything to do about it.
    private static func kind(
        _ method: TextRange,
        in bytes: RawSpan,
        _ call: OpenCall,
        isForOne: Bool
    ) -> CatalogueKind? {
        if method.equals("tools/list", in: bytes) { return .tools }
        guard isForOne, call.era == .modern else { return nil }
        return CatalogueKind(method: method, in: bytes)
    }

    /// The message as the caller is shown it.
    ///
    /// - Returns: Nil when that is the message as it is.
    /// - Throws: When what it lists cannot be read for certain.
    func seen(_ message: RawSpan) throws(Catalogue.Problem) -> [UInt8]? {
        guard let catalogue = try Catalogue.read(message, as: kind) else { return nil }
        let withheld = inspection?.inspect(catalogue, in: message) ?? []
        return catalogue.filtered(message, isModern: isModern && access != nil) { entry in
            guard kind == .tools else { return true }
            return !withheld.contains(Array(entry.name.utf8))
                && access?.allows(tool: entry.name, from: client) ?? true
        }
    }
}
