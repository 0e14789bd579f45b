"""What a use case may refuse, each with the HTTP status and the code of its problem document."""


class RefusedError(Exception):
    """The caller may not have this; ``code`` names a sentence in the locales, never a value."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class BusyError(Exception):
    """Too many commands at once on one case; nothing was written, and a retry is safe."""
