enum RehearsalStub {}
