import MCP
import Testing

@testable import Gateway

/// Whose a child's lines are, whatever ids it uses.
@Suite struct ChildDialogueTests {
    private static func envelope(_ text: String) -> MessageEnvelope? {
        try? EnvelopeScanner.scan(Array(text.utf8).span.bytes).get()
    }

    private func ask(
        _ dialogue: inout ChildDialogue,
        id: String,
        session: String? = nil
    ) throws -> CallNumber {
        let text = #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list"}"#
        let envelope = try #require(Self.envelope(text))
        return dialogue.ask(Array(text.utf8).span.bytes, envelope, session: session).number
    }

    private func receive(_ dialogue: inout ChildDialogue, _ line: String) -> ChildDialogue.Event {
        dialogue.receive(Array(line.utf8).span.bytes)
    }

    private func notify(
        _ dialogue: inout ChildDialogue,
        _ text: String,
        session: String?
    ) throws -> String? {
        let envelope = try #require(Self.envelope(text))
        return dialogue.notify(Array(text.utf8).span.bytes, envelope, session: session)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `every call has a number of its own and gets one response`() throws {
        var dialogue = ChildDialogue(for: .everyone(.modern))
        let one = try ask(&dialogue, id: #""a""#)
        let other = try ask(&dialogue, id: #""a""#)
        #expect(one != other)
        let line = #"{"jsonrpc":"2.0","id":\#(other),"result":{}}"#
        guard case .answer(other, let response) = receive(&dialogue, line) else {
            Issue.record("the response belongs to the second call")
            return
        }
        #expect(
            String(decoding: response.message, as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":"a","result":{}}"#
        )
        #expect(receive(&dialogue, line) == .dropped)
        #expect(dialogue.openCalls == [one])
    }

    @Test(arguments: [
        "01", "1.0", "1e0", #""1""#, "-1", "+1", "99999999999999999999", "true", "{}",
    ])
    func `an id that is not written as the gate wrote it is nobody's`(id: String) throws {
        var dialogue = ChildDialogue(for: .principal)
        _ = try ask(&dialogue, id: "5")
        let line = #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#
        #expect(receive(&dialogue, line) == .dropped)
    }

    @Test func `a subscription's messages carry the client's id`() throws {
        var dialogue = ChildDialogue(for: .principal)
        let number = try ask(&dialogue, id: #""s""#)
        let line =
            #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":"#
            + #"{"io.modelcontextprotocol/subscriptionId":\#(number)}}}"#
        guard case .part(number, let message) = receive(&dialogue, line) else {
            Issue.record("the message belongs to the subscription")
            return
        }
        #expect(String(decoding: message, as: UTF8.self).contains(#"subscriptionId":"s"}"#))
    }

    @Test func `what one of several clients caused is told to none of them`() throws {
        var dialogue = ChildDialogue(for: .everyone(.modern))
        _ = try ask(&dialogue, id: "1")
        let log = #"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"x"}}"#
        #expect(receive(&dialogue, log) == .dropped)
        var legacy = ChildDialogue(for: .everyone(.legacy))
        #expect(receive(&legacy, log) == .dropped)
        let change = #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#
        #expect(receive(&legacy, change) == .announced(Array(change.utf8)))
    }

    @Test func `only a question of the child's can be answered, and only once`() throws {
        var dialogue = ChildDialogue(for: .session)
        let answer = #"{"jsonrpc":"2.0","id":"q","result":{}}"#
        let envelope = try #require(Self.envelope(answer))
        #expect(dialogue.respond(Array(answer.utf8).span.bytes, envelope) == nil)
        let question = #"{"jsonrpc":"2.0","id":"q","method":"roots/list"}"#
        #expect(receive(&dialogue, question) == .unasked(Array(question.utf8)))
        #expect(dialogue.respond(Array(answer.utf8).span.bytes, envelope) != nil)
        #expect(dialogue.respond(Array(answer.utf8).span.bytes, envelope) == nil)
    }

    @Test func `a shared child has nobody to ask and a ping needs nobody`() {
        var shared = ChildDialogue(for: .everyone(.legacy))
        let question = #"{"jsonrpc":"2.0","id":9,"method":"sampling/createMessage"}"#
        guard case .reply(let refusal) = receive(&shared, question) else {
            Issue.record("the gate answers itself")
            return
        }
        #expect(String(decoding: refusal, as: UTF8.self).contains("-32601"))
        var own = ChildDialogue(for: .session)
        let pong = Array(#"{"jsonrpc":"2.0","id":"p","result":{}}"#.utf8)
        let ping = #"{"jsonrpc":"2.0","id":"p","method":"ping"}"#
        #expect(receive(&own, ping) == .reply(pong))
    }

    @Test func `a session cancels its own calls only`() throws {
        var dialogue = ChildDialogue(for: .everyone(.legacy))
        let number = try ask(&dialogue, id: "7", session: "one")
        let text =
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#
        #expect(try notify(&dialogue, text, session: "two") == nil)
        #expect(
            try notify(&dialogue, text, session: "one")
                == text.replacing(#"requestId":7"#, with: #"requestId":\#(number)"#)
        )
    }

    @Test func `questions of the child's are bounded`() {
        var dialogue = ChildDialogue(for: .session)
        for number in 0..<ChildDialogue.requestsMax {
            let line = #"{"jsonrpc":"2.0","id":\#(number),"method":"roots/list"}"#
            #expect(receive(&dialogue, line) == .unasked(Array(line.utf8)))
        }
        guard
            case .reply = receive(
                &dialogue,
                #"{"jsonrpc":"2.0","id":"more","method":"roots/list"}"#
            )
        else {
            Issue.record("one too many is answered by the gate")
            return
        }
    }
}
