import AsyncHTTPClient
import Hummingbird
enum AdminStub {}
