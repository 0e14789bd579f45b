"""The local run: the packaged app in an emulator of AWS, its outbox, and its made-up people."""
