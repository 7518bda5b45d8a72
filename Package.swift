// swift-tools-version: 6.3
import PackageDescription

/// What every Swift target of this package is held to.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The pure layers have no C below them, so every unsafe pointer in them must say so.
let pure = strict + [.strictMemorySafety()]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient",
    package: "async-http-client"
)
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let tomlKit = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

/// The themes that come with the program, each a file in `themes`.
let themes = [
    "catppuccin-latte",
    "catppuccin-mocha",
    "colour-blind",
    "dracula",
    "gruvbox-dark",
    "gruvbox-light",
    "high-contrast",
    "monochrome",
    "nord",
    "solarized-dark",
    "solarized-light",
    "terminal-16-light",
    "terminal-16",
    "tokyo-night",
]

let package = Package(
    name: "gatehouse",
    products: [.executable(name: "gatehouse", targets: ["gatehouse"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(name: "MCP", swiftSettings: pure),
        .target(name: "Policy", dependencies: ["MCP"], swiftSettings: pure),
        .target(
            name: "Telemetry",
            dependencies: ["MCP", "Policy", histogram],
            swiftSettings: pure
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "MCP", "Policy", "Telemetry", nioCore, nioPosix, nioTLS, nioSSL, nioHTTP2, nioHPACK,
                crypto, cryptoExtras, jwtKit, asyncHTTPClient, logging,
            ],
            swiftSettings: strict
        ),
        .target(name: "Deployment", dependencies: [x509, asn1, crypto], swiftSettings: strict),
        .target(
            name: "Store",
            dependencies: ["MCP", "Policy", "Telemetry", crypto, grdb],
            swiftSettings: strict
        ),
        .target(
            name: "Admin",
            dependencies: [
                "MCP", "Policy", "Telemetry", hummingbird, asyncHTTPClient, nioCore, nioHTTP1,
                nioPosix,
                logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Control",
            dependencies: ["MCP", "Store", "Admin", "Policy", "Telemetry", crypto, logging],
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CNcurses",
            providers: [.apt(["libncurses-dev"]), .brew(["ncurses"])]
        ),
        .target(
            name: "DefaultThemes",
            path: "themes",
            sources: ["DefaultThemes.swift"],
            resources: themes.map { .embedInCode("\($0).toml") },
            swiftSettings: strict
        ),
        .target(
            name: "Terminal",
            dependencies: ["CNcurses", "DefaultThemes", tomlKit],
            swiftSettings: strict
        ),
        .target(
            name: "Console",
            dependencies: ["Admin", "Policy", "Telemetry", "Terminal"],
            swiftSettings: strict
        ),
        .target(
            name: "Rehearsal",
            dependencies: ["MCP", histogram, nioCore, nioPosix, nioSSL],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "gatehouse",
            dependencies: [
                "MCP", "Policy", "Telemetry", "Gateway", "Store", "Admin", "Control", "Terminal",
                "Console", "Deployment", "Rehearsal", arguments, crypto, logging, nioCore, nioPosix,
                subprocess,
                system,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MCPTests",
            dependencies: ["MCP", nioCore, nioEmbedded, nioHTTP1],
            swiftSettings: strict
        ),
        .testTarget(name: "PolicyTests", dependencies: ["MCP", "Policy"], swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["MCP", "Policy", "Telemetry"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "MCP", "Policy", "Telemetry", "Gateway", nioCore, nioPosix, nioEmbedded, nioSSL,
                nioHTTP2, nioHPACK, crypto, cryptoExtras, jwtKit,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DeploymentTests",
            dependencies: ["Deployment", nioSSL, x509, asn1],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: ["MCP", "Policy", "Telemetry", "Store", grdb],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "MCP", "Policy", "Telemetry", "Store", "Admin", "Control", logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "MCP", "Policy", "Telemetry", "Admin", "Store", "Control", nioCore, nioPosix,
                subprocess,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Terminal"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Policy", "Telemetry", "Admin", "Terminal", "Console"],
            exclude: ["Goldens"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RehearsalTests",
            dependencies: ["MCP", "Rehearsal", "Deployment", nioCore, nioPosix, nioSSL],
            swiftSettings: strict
        ),
        .testTarget(name: "SourceTests", swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["gatehouse", "Rehearsal", subprocess, system],
            exclude: ["Peers"],
            swiftSettings: strict
        ),
    ]
)
