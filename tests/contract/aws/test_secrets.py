"""Secrets Manager as the adapter sees it."""

from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from infra.secrets import ANSWERS, CHANNELS, JUDGE, PLATFORM, SOURCES
from ladder.adapters.platforms import Platforms
from ladder.adapters.secrets import ProgramSecrets, Secrets, secret_name
from ladder.domain.activities.source import RESERVED_KEYS
from ladder.domain.errors import Rejected, Unavailable
from ladder.usage import Usage
from tests.builders import bank
from tests.fakes.clock import FakeClock


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
    clock = FakeClock()
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


class NamedStore:
    """Gives back the name that it was asked for."""

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        return {"SecretString": SecretId}


def test_a_program_reads_the_secrets_of_its_own_place_and_environment() -> None:
    of = ProgramSecrets(Secrets(NamedStore()), environment="prod")
    found = [of.platform("academy"), of.source("academy", "quiz"), of.judge("academy"), of.channel("academy", "chat")]
    assert [each.name for each in found] == [
        "ladder/prod/academy/platform",
        "ladder/prod/academy/sources/quiz",
        "ladder/prod/academy/judge",
        "ladder/prod/academy/channels/chat",
    ]
    assert [each.text for each in found] == [each.name for each in found]
    assert "text" not in repr(found[0])


@pytest.mark.parametrize("program", ["bank/platform", "..", "*", "", "arn:aws:secretsmanager", "bank?", "BANK"])
def test_a_program_of_an_odd_key_reads_nothing(program: str) -> None:
    of = ProgramSecrets(Secrets(NamedStore()), environment="prod")
    for read in (of.platform, of.judge):
        with pytest.raises(Rejected, match="cannot be a part of a secret's name"):
            read(program)


def test_the_platform_of_one_program_is_opened_with_that_programs_secret() -> None:
    """An admin of one program once named another's secret, and its night ended the other's challenges."""
    store = SecretStore("ResourceNotFoundException")
    platforms = Platforms(ProgramSecrets(Secrets(store), environment="prod"), Usage(), lambda: 60.0)
    for key in ("academy", "bank"):
        with pytest.raises(Rejected, match=f"'ladder/prod/{key}/platform'"):
            platforms.challenges(replace(bank.program(), key=key))


KEYS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True) | st.sampled_from(
    [
        "platform",
        "judge",
        "sources",
        "channels",
        "answers",
        "a",
        "a-b",
        "dev",
        "prod",
        "platform-abcdef",
        "x-platform",
        "judge-judge",
    ]
)
PURPOSES = {PLATFORM: "platform", SOURCES: "sources", JUDGE: "judge", CHANNELS: "channels", ANSWERS: "answers"}
KEYED = {"sources", "channels", "answers"}


@given(
    environment=KEYS,
    program=KEYS,
    source=KEYS.filter(lambda key: key not in RESERVED_KEYS),
    others=st.tuples(KEYS, KEYS, KEYS.filter(lambda key: key not in RESERVED_KEYS)),
    suffix=st.from_regex(r"[A-Za-z0-9]{6}", fullmatch=True),
)
def test_no_name_of_a_secret_is_another_s_and_each_purpose_is_granted_its_own(
    environment: str, program: str, source: str, others: tuple[str, str, str], suffix: str
) -> None:
    """Whatever programs and sources are called: one as the beginning of another, or as a purpose."""

    def names(environment: str, program: str, key: str) -> dict[str, str]:
        purposes = {purpose: (purpose, key) if purpose in KEYED else (purpose,) for purpose in PURPOSES.values()}
        return {purpose: secret_name(environment, program, *parts) for purpose, parts in purposes.items()}

    mine, theirs = names(environment, program, source), names(*others)
    assert len({*mine.values()}) == len(PURPOSES)
    for purpose, name in mine.items():
        for other, another in theirs.items():
            same_place = (environment, program, purpose) == (*others[:2], other)
            assert name != another or (same_place and (purpose not in KEYED or source == others[2]))
        for pattern, granted in PURPOSES.items():
            allowed = fnmatchcase(f"{name}-{suffix}", f"ladder/{environment}/{pattern}")
            assert allowed == (granted == purpose), (name, pattern)
            if others[0] != environment:
                assert not fnmatchcase(f"{name}-{suffix}", f"ladder/{others[0]}/{pattern}")
