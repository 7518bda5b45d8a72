import ArgumentParser
import Deployment
import Foundation

/// Certificates for `gatehouse serve`.
struct CertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cert",
        abstract: "Make certificates for TLS.",
        subcommands: [CertSelfSignedCommand.self]
    )
}

/// Makes a certificate that vouches for itself, and its key.
struct CertSelfSignedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "self-signed",
        abstract: "Make a certificate for development, and its key.",
        discussion: """
            Writes certificate.pem and key.pem. Clients must be told to trust the certificate, \
            e.g. curl --cacert certificate.pem.
            """
    )

    @Option(
        name: .customLong("name"),
        help: "A host name or IP address that clients will use; may be given again."
    )
    var names: [String] = ["localhost", "127.0.0.1", "::1"]

    @Option(help: "The folder to write to.")
    var out: String

    @Option(help: "How many days it is valid, 1 to 825.")
    var days = 90

    @Flag(help: "Replace files that are there.")
    var force = false

    func run() async throws {
        let files = CertificateFiles(folder: out)
        if let existing = files.existing.first, !force {
            throw CommandFailure(
                code: ExitStatus.cannotCreate,
                message: "\(existing) exists already. Give --force to replace it."
            )
        }
        let certificate: SelfSignedCertificate
        do {
            certificate = try SelfSignedCertificate(names: names, days: days, now: Date())
        } catch let problem as SelfSignedProblem {
            throw CommandFailure(code: ExitStatus.usage, message: problem.description)
        }
        do {
            try files.write(certificate)
        } catch {
            throw CommandFailure(
                code: ExitStatus.cannotCreate,
                message: "\(out) cannot be written: \(error.localizedDescription)"
            )
        }
        print("certificate \(files.certificatePath)")
        print("key         \(files.keyPath)")
        let paths = "--tls-certificate \(files.certificatePath) --tls-key \(files.keyPath)"
        StandardError.write("gatehouse: Serve it with: gatehouse serve \(paths)")
    }
}
