import Foundation
import Testing

@testable import Rehearsal

@Suite struct ProcessAccountTests {
    @Test func `memory is read once and the switches of all threads are added`() {
        let status =
            "Name:\ta (b) c\nVmHWM:\t  4096 kB\nVmRSS:\t  2048 kB\nvoluntary_ctxt_switches:\t12\n"
        let account = ProcessAccount(cpuSeconds: 2, threadStatuses: [status, status])
        #expect(account.residentBytes == 2_097_152)
        #expect(account.peakResidentBytes == 4_194_304)
        #expect(account.voluntarySwitches == 24)
    }

    @Test func `a status without the lines counts as nothing`() {
        let account = ProcessAccount(cpuSeconds: 2, threadStatuses: ["Name:\ta\nVmRSS:\n"])
        #expect(account.residentBytes == 0)
        #expect(account.voluntarySwitches == 0)
    }

    @Test func `work shows in the account of this very process`() throws {
        let before = try #require(ProcessAccount(processID: getpid()))
        var sum = 0
        let end = ContinuousClock.now.advanced(by: .milliseconds(20))
        while ContinuousClock.now < end { sum &+= 1 }
        let after = try #require(ProcessAccount(processID: getpid()))
        #expect(sum > 0)
        #expect(after.cpuSeconds > before.cpuSeconds)
        #expect(after.residentBytes > 1_000_000)
        #expect(after.peakResidentBytes >= after.residentBytes)
    }

    @Test func `a process that is not there has no account`() {
        #expect(ProcessAccount(processID: .max) == nil)
    }
}
