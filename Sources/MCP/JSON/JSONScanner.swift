struct JSONScanner {
    static let depthMax = 64
}
