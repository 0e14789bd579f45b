"""What several tests share: fakes of every port, the local emulator, and builders."""
