/// The themes that come with the program, embedded from the files beside this one.
package enum DefaultThemes {
    /// File contents by theme name.
    package static let tomlByName: [String: [UInt8]] = [
        "catppuccin-latte": PackageResources.catppuccin_latte_toml,
        "catppuccin-mocha": PackageResources.catppuccin_mocha_toml,
        "colour-blind": PackageResources.colour_blind_toml,
        "dracula": PackageResources.dracula_toml,
        "gruvbox-dark": PackageResources.gruvbox_dark_toml,
        "gruvbox-light": PackageResources.gruvbox_light_toml,
        "high-contrast": PackageResources.high_contrast_toml,
        "monochrome": PackageResources.monochrome_toml,
        "nord": PackageResources.nord_toml,
        "solarized-dark": PackageResources.solarized_dark_toml,
        "solarized-light": PackageResources.solarized_light_toml,
        "terminal-16-light": PackageResources.terminal_16_light_toml,
        "terminal-16": PackageResources.terminal_16_toml,
        "tokyo-night": PackageResources.tokyo_night_toml,
    ]
}
