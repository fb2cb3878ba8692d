"""A client between an adapter and AWS that goes wrong as it is told, and remembers what it was asked."""

from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

type Fault = Callable[[Callable[[], Any], str], Any]  # told the call that was meant, and its name


class Faulty:
    """The first calls meet the faults, in their order; the others are passed on."""

    def __init__(self, client: Any, *faults: Fault) -> None:
        self.client = client
        self.faults = deque(faults)
        self.calls = Counter[str]()

    def __getattr__(self, operation: str) -> Any:
        def call(*arguments: Any, **request: Any) -> Any:
            def meant() -> Any:
                return getattr(self.client, operation)(*arguments, **request)

            self.calls[operation] += 1
            return self.faults.popleft()(meant, operation) if self.faults else meant()

        return call


def refused(code: str, *, status: int = 400, **fields: Any) -> Fault:
    """AWS answers with an error, and nothing was done."""

    def fault(meant: Callable[[], Any], operation: str) -> Any:
        answer = {"Error": {"Code": code, "Message": "told to"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(answer | fields, operation)  # type: ignore[arg-type, operator, unused-ignore]

    return fault


def cancelled(*reasons: str) -> Fault:
    return refused("TransactionCanceledException", CancellationReasons=[{"Code": reason} for reason in reasons])


def answer_lost(meant: Callable[[], Any], operation: str) -> Any:
    """It was done, and nobody heard of it."""
    meant()
    raise ReadTimeoutError(endpoint_url="http://nowhere")


def sent_twice(meant: Callable[[], Any], operation: str) -> Any:
    """It was done, the answer was lost, and the SDK asked again."""
    meant()
    return meant()


def passed_on(meant: Callable[[], Any], operation: str) -> Any:
    return meant()


def answered(answer: dict[str, Any]) -> Fault:
    return lambda meant, operation: answer
