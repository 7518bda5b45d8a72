import Glibc
import Policy

/// Starts processes that share nothing with the gate but three pipes.
enum ChildSpawn {
    /// A process that runs, and the gate's ends of its pipes, which the caller closes.
    struct Started {
        /// Also the number of its process group.
        let processID: pid_t
        let input: CInt
        let output: CInt
        let errors: CInt
    }

    /// Why a process did not start.
    struct Failure: Error, CustomStringConvertible {
        /// As `errno` has it.
        let code: CInt

        var description: String { String(cString: strerror(code)) }
    }

    /// Starts a command in a process group of its own, with default signal handling and without
    /// any other descriptor of the gate's.
    ///
    /// `environment` is the whole of it, `NAME=VALUE` each. Throws what the system answered, and
    /// then leaves nothing behind.
    static func start(
        _ command: ChildCommand,
        environment: [String]
    ) throws(Failure) -> Started {
        var pipes = Pipes()
        defer { pipes.closeTheirs() }
        do throws(Failure) {
            try pipes.open()
            let processID = try spawn(command, environment, pipes)
            return Started(
                processID: processID,
                input: pipes.input.ours,
                output: pipes.output.ours,
                errors: pipes.errors.ours
            )
        } catch {
            pipes.closeOurs()
            throw error
        }
    }

    private static func spawn(
        _ command: ChildCommand,
        _ environment: [String],
        _ pipes: Pipes
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let streams = [pipes.input.theirs, pipes.output.theirs, pipes.errors.theirs]
        for (number, descriptor) in streams.enumerated() {
            try check(posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(number)))
        }
        guard let closeFrom = closeFromAction else { throw Failure(code: ENOSYS) }
        try check(closeFrom(&actions, 3))
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        try isolate(&attributes)
        var processID: pid_t = 0
        let result = withPointers([command.executable] + command.arguments) { arguments in
            withPointers(environment) { variables in
                posix_spawnp(
                    &processID,
                    command.executable,
                    &actions,
                    &attributes,
                    arguments,
                    variables
                )
            }
        }
        try check(result)
        return processID
    }

    private static func isolate(_ attributes: inout posix_spawnattr_t) throws(Failure) {
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        try check(posix_spawnattr_setflags(&attributes, Int16(flags)))
        try check(posix_spawnattr_setpgroup(&attributes, 0))
        var signals = sigset_t()
        sigfillset(&signals)
        try check(posix_spawnattr_setsigdefault(&attributes, &signals))
        sigemptyset(&signals)
        try check(posix_spawnattr_setsigmask(&attributes, &signals))
    }

    private static func check(_ code: CInt) throws(Failure) {
        guard code == 0 else { throw Failure(code: code) }
    }

    private typealias CloseFrom =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

    /// glibc has it from 2.34 on, but its header hides it from Swift.
    private static let closeFromAction: CloseFrom? = {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
            return nil
        }
        return unsafeBitCast(symbol, to: CloseFrom.self)
    }()

    /// A list of C strings that ends with nil, for as long as `body` runs.
    private static func withPointers<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

/// The three pipes of one child.
private struct Pipes {
    struct Ends {
        var ours: CInt = -1
        var theirs: CInt = -1
    }

    private(set) var input = Ends()
    private(set) var output = Ends()
    private(set) var errors = Ends()

    mutating func open() throws(ChildSpawn.Failure) {
        let (inputRead, inputWrite) = try Self.make()
        input = Ends(ours: inputWrite, theirs: inputRead)
        let (outputRead, outputWrite) = try Self.make()
        output = Ends(ours: outputRead, theirs: outputWrite)
        let (errorsRead, errorsWrite) = try Self.make()
        errors = Ends(ours: errorsRead, theirs: errorsWrite)
    }

    /// Both ends are above the standard streams, even if the gate was started without these.
    private static func make() throws(ChildSpawn.Failure) -> (read: CInt, write: CInt) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ChildSpawn.Failure(code: errno) }
        let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
        let code = errno
        for end in ends { close(end) }
        guard moved.allSatisfy({ $0 >= 0 }) else {
            for end in moved where end >= 0 { close(end) }
            throw ChildSpawn.Failure(code: code)
        }
        return (moved[0], moved[1])
    }

    func closeTheirs() {
        for end in [input, output, errors] where end.theirs >= 0 { close(end.theirs) }
    }

    func closeOurs() {
        for end in [input, output, errors] where end.ours >= 0 { close(end.ours) }
    }
}
