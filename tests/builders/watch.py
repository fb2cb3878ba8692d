"""A watch over quick tests: they start no process and open no connection."""

import sys
from typing import Any

FORBIDDEN = ("os.exec", "os.fork", "os.posix_spawn", "os.system", "socket.bind", "socket.connect", "subprocess.Popen")


class NotQuick(BaseException):
    """A quick test started a process or opened a connection; nothing that it calls may catch this."""


class Watch:
    """Refuses what quick tests may not do, while one runs. An audit hook stays for the life of the process."""

    def __init__(self) -> None:
        self.test: str | None = None
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.test and event in FORBIDDEN:
            raise NotQuick(f"{self.test} is marked as quick and calls {event}: mark it as slow, or use a fake")


WATCH = Watch()
