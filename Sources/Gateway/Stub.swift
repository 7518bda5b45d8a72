import Crypto
import NIOPosix
enum GatewayStub {}
