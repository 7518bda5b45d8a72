extension String {
    /// No more than `scalarsMax` scalars, so that a text from the network costs no more to draw than
    /// any screen can show of it.
    func bounded(to scalarsMax: Int = 512) -> String {
        guard utf8.count > scalarsMax else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(scalarsMax)))
    }
}
