import Foundation
import Testing

@testable import Rehearsal

@Suite struct ProcessAccountTests {
    @Test func `a command name with spaces and parentheses does not shift the fields`() {
        let stat = "7 (a) b (c) S 1 1 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 2 0 9 1000 20"
        let status = "Name:\ta\nVmRSS:\t  2048 kB\nvoluntary_ctxt_switches:\t12\n"
        let account = ProcessAccount(stat: stat, threadStatuses: [status, status])
        #expect(account?.cpuSeconds == 2)
        #expect(account?.residentBytes == 2_097_152)
        #expect(account?.voluntarySwitches == 24)
    }

    @Test func `a truncated line is no account`() {
        #expect(ProcessAccount(stat: "7 (a) S 1", threadStatuses: []) == nil)
    }

    @Test func `the kernel's own files can be read`() {
        let account = ProcessAccount(processID: getpid())
        #expect((account?.residentBytes ?? 0) > 1_000_000)
    }
}
