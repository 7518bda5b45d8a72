import Admin
import Foundation
import Gateway
import Policy
import Rehearsal
import Store
import Terminal

/// How a command that failed ends: one sentence for people and a status for scripts.
///
/// The numbers are those of sysexits.h, 64…78.
struct ExitStatus: Equatable, Sendable {
    static let usage: Int32 = 64
    static let dataError: Int32 = 65
    static let noInput: Int32 = 66
    static let unavailable: Int32 = 69
    static let software: Int32 = 70
    static let systemError: Int32 = 71
    static let cannotCreate: Int32 = 73
    static let inputOutput: Int32 = 74
    static let temporary: Int32 = 75
    static let noPermission: Int32 = 77
    static let configuration: Int32 = 78

    var code: Int32
    /// One line for each thing that is wrong, each naming it and the remedy.
    var lines: [String]

    /// - Returns: Nil for errors that are not ours; the argument parser words those.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self.init(code: failure.code, lines: [failure.message])
        case let error as AdminError: self.init(error)
        case let error as StoreError: self.init(code: Self.code(error.code), lines: [error.message])
        case let error as GatewayError:
            self.init(code: Self.code(error.code), lines: [error.message])
        case let problems as SeedProblems:
            self.init(code: Self.configuration, lines: problems.problems.map(\.description))
        case let failure as TerminalFailure:
            self.init(code: Self.unavailable, lines: [failure.message])
        case let error as RehearsalError:
            self.init(code: Self.unavailable, lines: [error.message])
        default: return nil
        }
    }

    private init(code: Int32, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    private init(_ error: AdminError) {
        code =
            switch error.code {
            case .revisionConflict: Self.temporary
            case .invalidPolicy, .invalidRequest: Self.dataError
            case .notFound: Self.noInput
            case .unavailable: Self.unavailable
            case .forbidden: Self.noPermission
            case .storeFailed: Self.inputOutput
            case .internalFailure: Self.software
            }
        lines = [error.message]
    }

    private static func code(_ code: StoreError.Code) -> Int32 {
        switch code {
        case .busy, .lockedByOther: temporary
        case .unreadable: dataError
        case .full: inputOutput
        case .readOnly: cannotCreate
        }
    }

    private static func code(_ code: GatewayError.Code) -> Int32 {
        switch code {
        case .portInUse: unavailable
        case .permissionDenied: noPermission
        case .addressUnavailable, .settingsInvalid, .certificateUnusable: configuration
        case .descriptorsExhausted, .systemFailure: systemError
        }
    }
}

/// A failure that a command itself found.
struct CommandFailure: Error, Equatable, Sendable {
    /// One of the numbers in `ExitStatus`.
    var code: Int32
    /// One sentence that names the thing and the remedy.
    var message: String
}
