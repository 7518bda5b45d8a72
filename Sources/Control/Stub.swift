enum ControlStub {}
