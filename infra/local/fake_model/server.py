"""The stand-in's server: one route, and what it was asked kept for whoever wonders."""

from collections import deque
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from infra.local.fake_model.completion import completion
from infra.local.fake_model.faults import FAULTS
from infra.local.fake_model.obedient import obey
from infra.local.fake_model.question import Put, read
from infra.local.fake_model.rules import judge
from infra.local.simulator.refusal import Refusal
from infra.local.simulator.server import Server
from infra.local.simulator.wire import Arrival, Reply, refused

PATH = "/v1/chat/completions"


class FakeLLM:
    """`faults`: of the next calls, in their order; `always`: of every other one; `late_seconds`: of a time-out."""

    def __init__(
        self, *, obedient: bool = False, faults: Iterable[str] = (), always: str | None = None, port: int = 0
    ) -> None:
        self.obedient = obedient
        self.faults = deque(faults)
        self.always = always
        self.late_seconds = 1.5
        self.asked: list[Put] = []
        self._server = Server(self.answer, port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def answer(self, arrival: Arrival) -> Reply:
        if (arrival.method, arrival.path) != ("POST", PATH):
            return refused(Refusal(404, "not.found", f"there is only POST {PATH}"))
        try:
            put = read(arrival.json)
        except Refusal as refusal:
            return refused(refusal)
        return self._answer(put)

    def _answer(self, put: Put) -> Reply:
        self.asked.append(put)
        opinion = obey(put) if self.obedient else judge(put)
        fault = self.faults.popleft() if self.faults else self.always
        return FAULTS[fault](put, opinion, self.late_seconds) if fault else completion(put, opinion.as_dict)
