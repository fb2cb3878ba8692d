"""Secrets Manager as the adapter sees it."""

import pytest
from botocore.exceptions import ClientError

from infra.local.simulator import StillClock
from ladder.adapters.secrets import Secrets
from ladder.domain.errors import Rejected, Unavailable


class SecretStore:
    """Secrets Manager's one call; an answer that is text is raised as an error of that code."""

    def __init__(self, answer: dict[str, str] | str) -> None:
        self.answer = answer
        self.reads = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.reads += 1
        if isinstance(self.answer, str):
            raise ClientError({"Error": {"Code": self.answer, "Message": SecretId}}, "GetSecretValue")
        return self.answer


def test_a_secret_is_kept_for_a_few_minutes_and_then_read_anew() -> None:
    clock = StillClock()
    store = SecretStore({"SecretString": "old"})
    secrets = Secrets(store, clock=clock)
    found = [secrets.read("ladder/bank/wem")]
    store.answer = {"SecretString": "new"}
    for seconds in (299, 2):
        clock.now += seconds
        found.append(secrets.read("ladder/bank/wem"))

    assert found == ["old", "old", "new"]
    assert store.reads == 2


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ("ResourceNotFoundException", Rejected, "there is no secret 'ladder/bank/wem'"),
        ({"SecretBinary": "AA=="}, Rejected, "holds no text"),
        ("ThrottlingException", Unavailable, "ThrottlingException"),
        ("AccessDeniedException", ClientError, "AccessDenied"),
    ],
)
def test_a_secret_that_cannot_be_read_says_whether_to_try_again(
    answer: dict[str, str] | str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Secrets(SecretStore(answer)).read("ladder/bank/wem")
