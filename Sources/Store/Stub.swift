import GRDB
enum StoreStub {}
