"""The sources of the programs as they are now, and their secrets: what cannot be read stays closed."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.sources import DynamoSources
from ladder.adapters.secrets import Keyring, ProgramSecrets, Secrets
from ladder.domain.activities.ports import Sources
from ladder.domain.activities.source import Keys, Source
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.errors import Unavailable
from ladder.domain.programs.ports import Programs
from tests.builders.full_program import program
from tests.builders.judged_badges import CHAMPION, PERSEVERANCE, WRITER
from tests.builders.programs import with_values
from tests.builders.stores import Tables
from tests.fakes import MemoryPrograms, MemorySources
from tests.fakes.faulty_client import Faulty

ACADEMY = Source(key="academy", kind="standard", events={"a": "b"}, options={"c": "d"})
TALENT = Source(key="talent", kind="talentlms")

type Both = tuple[Programs, Sources]


@pytest.fixture(params=["memory", "dynamodb"])
def both(request: pytest.FixtureRequest) -> Both:
    if request.param == "memory":
        programs = MemoryPrograms()
        return programs, MemorySources(programs)
    table = request.getfixturevalue("tables").table()
    return DynamoPrograms(table), DynamoSources(table, cache_seconds=0)


def test_a_source_is_found_under_its_program_and_key_with_all_it_says(both: Both) -> None:
    programs, sources = both
    programs.publish(program("bank", sources=(ACADEMY, TALENT)))
    assert sources.find("bank", "academy") == ACADEMY
    assert [sources.find("bank", "x"), sources.find("shop", "academy"), sources.find("", "")] == [None, None, None]


def test_the_current_version_counts(both: Both) -> None:
    programs, sources = both
    programs.publish(program("bank", sources=(ACADEMY,)))
    programs.publish(program("bank", sources=(TALENT,)))
    assert (sources.find("bank", "academy"), sources.find("bank", "talent")) == (None, TALENT)


def test_those_of_a_kind_are_found_in_every_program(both: Both) -> None:
    programs, sources = both
    for key in ("bank", "shop"):
        programs.publish(program(key, sources=(ACADEMY, TALENT)))
    programs.publish(program("plain"))
    assert sorted(sources.of_kind("talentlms"), key=lambda found: found[0]) == [("bank", TALENT), ("shop", TALENT)]


def test_the_types_whose_texts_are_judged_are_those_of_its_badges_but_for_tries(both: Both) -> None:
    programs, sources = both
    essays = replace(WRITER, match=replace(WRITER.match, types=("article.contributed", "forum.posted")))
    judging = program("bank", sources=(ACADEMY,))
    programs.publish(with_values(judging, judged=(CHAMPION, essays, PERSEVERANCE)))
    programs.publish(program("plain"))
    assert sources.judged_types("bank") == {"forum.posted", "article.contributed"}
    assert not sources.judged_types("plain")
    assert not sources.judged_types("nowhere")


def test_the_markers_are_those_of_the_channels_of_the_program(both: Both) -> None:
    programs, sources = both
    channel = ChannelRules(key="lms", kind="docebo", options={"marker.KUDOS": "42", "tenant": "7"})
    programs.publish(replace(program("bank", sources=(ACADEMY,)), delivery=DeliveryRules(channels=(channel,))))
    programs.publish(program("plain"))
    assert (sources.markers("bank"), sources.markers("plain"), sources.markers("nowhere")) == ({"42"}, set(), set())


def test_a_program_that_is_not_there_costs_as_many_reads_as_one_that_is_and_is_kept_as_long(tables: Tables) -> None:
    DynamoPrograms(tables.table()).publish(program("bank", sources=(ACADEMY,)))
    now, reads = [0.0], []
    for key in ("bank", "shop"):
        faulty = Faulty(tables.client)
        sources = DynamoSources(tables.table(faulty), clock=lambda: now[0])
        for moment in (0.0, 59.0, 61.0):
            now[0] = moment
            sources.find(key, "academy")
            sources.judged_types(key)
        reads.append(faulty.calls["get_item"])
    assert reads == [4, 4]


class Store:
    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.read = list[str]()

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.read.append(SecretId)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"SecretString": self.answer}


def keyring(store: Store) -> Keyring:
    return Keyring(ProgramSecrets(Secrets(store), environment="test"))


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "told to"}}, "GetSecretValue")


@pytest.mark.parametrize(
    "answer",
    [
        error("ResourceNotFoundException"),
        error("AccessDeniedException"),
        error("ThrottlingException"),
        NoCredentialsError(),
        "",
        '{"secrets": []}',
        '{"secrets": [""]}',
        '{"secrets": "one"}',
        '{"secrets": [7]}',
        '{"secret": ["s"]}',
        "{broken",
        " ",
    ],
    ids=str,
)
def test_whatever_keeps_a_secret_from_being_read_the_source_is_closed_for_now(answer: str | Exception) -> None:
    with pytest.raises(Unavailable):
        keyring(Store(answer)).of("bank", ACADEMY)


def test_a_secret_is_bare_text_or_says_which_are_in_use() -> None:
    assert keyring(Store(" whsec_abc\n")).of("bank", ACADEMY) == Keys(("whsec_abc",))
    text = json.dumps({"secrets": ["new", "old"], "api_keys": "k", "base_url": "https://a"})
    keys = keyring(Store(text)).of("bank", ACADEMY)
    assert keys.secrets == ("new", "old")
    assert (keys.texts("api_keys"), keys.texts("none"), keys.extras["base_url"]) == (("k",), (), "https://a")


def test_a_source_is_proved_by_its_own_programs_secret() -> None:
    store = Store("whsec_abc")
    for key in ("bank", "bank-north"):
        keyring(store).of(key, ACADEMY)
    assert store.read == ["ladder/test/bank/sources/academy", "ladder/test/bank-north/sources/academy"]


@pytest.mark.parametrize("key", ["../bank", "bank/sources/x", "", "*", "bank\n", "Bank", "b" * 65, "-bank", "a.b", "ä"])
def test_no_key_of_a_program_or_a_source_leads_out_of_its_place(key: str) -> None:
    store = Store("whsec_abc")
    for of, source in ((key, "academy"), ("bank", key)):
        with pytest.raises(Unavailable):
            keyring(store).of(of, replace(ACADEMY, key=source))
    assert store.read == []
