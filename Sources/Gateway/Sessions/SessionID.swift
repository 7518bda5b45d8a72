/// The id of a session that the gate opens itself: impossible to guess.
enum SessionID {
    /// 128 random bits of the system's generator as 32 hexadecimal digits.
    static func random() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var generator = SystemRandomNumberGenerator()
        let bytes = [generator.next(), generator.next()].flatMap { (word: UInt64) in
            stride(from: 60, through: 0, by: -4).map { digits[Int(word >> UInt64($0) & 0xF)] }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
