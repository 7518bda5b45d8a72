import Testing

/// The arrows of the architecture, held against every import.
@Suite struct LayerTests {
    /// Which of our own targets a target may import.
    private static let arrows: [String: Set<String>] = [
        "MCP": [],
        "Policy": ["MCP"],
        "Telemetry": ["MCP", "Policy"],
        "Gateway": ["MCP", "Policy", "Telemetry"],
        "Store": ["MCP", "Policy", "Telemetry"],
        "Admin": ["MCP", "Policy", "Telemetry"],
        "Control": ["MCP", "Policy", "Telemetry", "Store", "Admin"],
        "DefaultThemes": [],
        "Terminal": ["CNcurses", "DefaultThemes"],
        "Console": ["Policy", "Telemetry", "Admin", "Terminal"],
        "Rehearsal": ["MCP"],
        "gatehouse": [
            "MCP", "Policy", "Telemetry", "Gateway", "Store", "Admin", "Control", "Terminal",
            "Console", "Rehearsal",
        ],
    ]

    @Test func `every import of ours is an arrow of the architecture`() {
        let ours = Set(Self.arrows.keys).union(["CNcurses"])
        for file in SourceTree.sources where file.target != "DefaultThemes.swift" {
            let allowed = Self.arrows[file.target] ?? []
            for module in file.imports where ours.contains(module) {
                #expect(
                    allowed.contains(module),
                    "\(file.path) imports \(module): turn the arrow round or move the code"
                )
            }
        }
    }

    @Test func `the pure layers touch no input or output`() {
        let impure: Set<String> = [
            "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "NIOCore", "NIOPosix",
        ]
        for file in SourceTree.sources where ["MCP", "Policy", "Telemetry"].contains(file.target) {
            let found = impure.intersection(file.imports)
            #expect(found.isEmpty, "\(file.path) imports \(found): pass the value in")
        }
    }

    @Test func `ncurses hides behind one folder`() {
        let files = SourceTree.sources.filter { $0.imports.contains("CNcurses") }.map(\.path)
        #expect(!files.isEmpty)
        for file in files {
            #expect(file.hasPrefix("Sources/Terminal/Curses/"), "\(file) imports CNcurses")
        }
    }

    @Test func `the gateway and the control plane never meet`() {
        let gateway = SourceTree.sources.filter { $0.target == "Gateway" }
        let control = SourceTree.sources.filter { $0.target == "Control" }
        #expect(!gateway.isEmpty && !control.isEmpty)
        #expect(gateway.allSatisfy { !$0.imports.contains("Control") })
        #expect(control.allSatisfy { !$0.imports.contains("Gateway") })
    }
}
