/// The themes that come with the program, embedded from the files beside this one.
package enum DefaultThemes {
    /// File contents by theme name.
    package static let tomlByName: [String: [UInt8]] = [
        "dark": PackageResources.dark_toml,
        "light": PackageResources.light_toml,
        "monochrome": PackageResources.monochrome_toml,
    ]
}
