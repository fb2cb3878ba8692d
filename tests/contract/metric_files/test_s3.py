"""Metric files in a bucket, one a day. What every metric source keeps to is in test_metric_source."""

import gzip
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError

from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.metric_files import DEFAULTS, s3
from ladder.adapters.metric_files.s3 import MetricBucket, S3Metrics
from ladder.adapters.platforms import Platforms
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.domain.challenges.metric_files import MetricFiles
from ladder.domain.challenges.ports import Reading
from ladder.domain.errors import ProgramRefused, Rejected, Unavailable
from ladder.usage import Usage
from tests.builders.metric_files import ANN_AGAIN, GOOD, HEADER, with_files
from tests.builders.programs import with_values
from tests.builders.stores import EMULATED, Tables
from tests.fakes.bucket import MetricFileBucket
from tests.fakes.faulty_client import Faulty, refused

MONDAY = date(2026, 3, 2)
OF_MONDAY = GOOD.replace(ANN_AGAIN + "\n", "")
OF_TUESDAY = f"{HEADER}\n{ANN_AGAIN}\n"
FILES: dict[str, str | bytes] = {"bank/2026-03-02.csv": OF_MONDAY, "bank/2026-03-03.csv": OF_TUESDAY}
MEASURED = with_files(metric_files=MetricFiles(measures=dict(DEFAULTS)))


def over(client: Any, usage: Usage | None = None) -> S3Metrics:
    return MetricBucket(client, "metrics").source(MEASURED, usage or Usage())


def read(
    source: S3Metrics, series: str = "AHT", *, users: tuple[str, ...] = ("ann", "bob"), days: int = 2
) -> list[Reading]:
    return list(source.readings(series, users, first=MONDAY, last=MONDAY + timedelta(days=days - 1)))


def test_each_day_is_read_once_whatever_the_number_of_series_and_users() -> None:
    bucket, usage = MetricFileBucket(FILES), Usage()
    source = over(bucket, usage)
    for series in ("AHT", "SHORT10", "REPEAT7D", "calls_NEW", "calls_OLD"):
        read(source, series, users=("ann",))
        read(source, series, users=("bob",))
    assert bucket.asked == list(FILES)
    assert (usage.metric_calls, usage.platform_calls) == (2, 0)


def test_contacts_by_type_are_read_by_their_column() -> None:
    assert read(over(MetricFileBucket(FILES)), "calls_OLD", days=1) == [
        Reading("ann", MONDAY, 30.0, 30.0),
        Reading("bob", MONDAY, 0.0, 0.0),
    ]


def test_a_day_without_a_file_and_one_on_which_nobody_worked_have_no_readings() -> None:
    assert read(over(MetricFileBucket({"bank/2026-03-03.csv": HEADER}))) == []


def test_a_compressed_file_is_read_and_asked_for_first_from_then_on() -> None:
    bucket = MetricFileBucket({f"{key}.gz": gzip.compress(str(text).encode()) for key, text in FILES.items()})
    assert read(over(bucket)) == read(over(MetricFileBucket(FILES)))
    assert bucket.asked == ["bank/2026-03-02.csv", "bank/2026-03-02.csv.gz", "bank/2026-03-03.csv.gz"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            OF_MONDAY.replace("180.5", "three"),
            'bank/2026-03-02.csv:2  aht_seconds: "three" is not a number. Write plain',
        ),
        (OF_TUESDAY, "bank/2026-03-02.csv:2  2026-03-03 is in the file of 2026-03-02. Put each day into its own file"),
        ("", "bank/2026-03-02.csv  the file is empty. Write a header"),
    ],
)
def test_a_file_with_a_mistake_is_rejected_by_name_line_and_mend(text: str, words: str) -> None:
    with pytest.raises(Rejected) as rejected:
        read(over(MetricFileBucket({"bank/2026-03-02.csv": text})))
    assert str(rejected.value).startswith(words)


@pytest.mark.parametrize("value", ["10000", "1e39", "1e999", "-180.5"])
def test_a_figure_that_cannot_be_spoils_no_file_and_is_handed_on_to_be_refused(value: str) -> None:
    source = over(MetricFileBucket({"bank/2026-03-02.csv": OF_MONDAY.replace("180.5", value)}))
    absurd, bob = read(source, days=1)
    assert absurd == Reading("ann", MONDAY, float(value), 40.0)
    assert bob == Reading("bob", MONDAY, 200.0, 20.0)


def test_a_share_above_the_whole_and_a_negative_count_are_handed_on_too() -> None:
    (more, _) = read(
        over(MetricFileBucket({"bank/2026-03-02.csv": OF_MONDAY.replace(",2,16", ",41,16")})), "SHORT10", days=1
    )
    (less, _) = read(over(MetricFileBucket({"bank/2026-03-02.csv": OF_MONDAY.replace(",40,", ",-40,")})), days=1)
    assert (more.value, less.count) == (102.5, -40.0)


def test_of_a_file_with_a_thousand_mistakes_a_few_are_told() -> None:
    rows = "\n".join(f"agent{n},2026-03-02,1,x,y,z,0,1,0" for n in range(1000))
    with pytest.raises(Rejected) as rejected:
        read(over(MetricFileBucket({"bank/2026-03-02.csv": f"{HEADER}\n{rows}"})))
    assert len(str(rejected.value).splitlines()) == s3.MAX_PROBLEMS


def test_a_file_far_too_large_is_rejected_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "MAX_BYTES", 10)
    with pytest.raises(Rejected, match="is larger than"):
        read(over(MetricFileBucket(FILES)))


def test_beyond_its_memory_it_forgets_the_oldest_days_and_reads_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "MAX_CACHED_FIGURES", 2)
    bucket = MetricFileBucket(FILES)
    source = over(bucket)
    assert read(source) == read(source)
    assert bucket.asked == [*FILES, *FILES]


def test_a_busy_store_and_an_answer_cut_short_are_worth_another_try() -> None:
    class Cut:
        def read(self) -> bytes:
            raise IncompleteReadError(actual_bytes=1, expected_bytes=2)

    with pytest.raises(Unavailable, match="ThrottlingException"):
        read(over(Faulty(MetricFileBucket(FILES), refused("ThrottlingException"))))
    with pytest.raises(Unavailable):
        read(over(Faulty(MetricFileBucket(FILES), lambda meant, _: {"ContentLength": 2, "Body": Cut()})))


def test_a_refusal_is_not_taken_for_a_missing_file() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        read(over(Faulty(MetricFileBucket(FILES), refused("AccessDenied", status=403))))


def test_a_program_is_measured_by_files_only_where_it_says_so() -> None:
    unread = ProgramSecrets(Secrets(None), environment="test")
    files = MetricBucket(MetricFileBucket(FILES), "metrics").source
    assert isinstance(Platforms(unread, Usage(), lambda: 60.0, files).metrics(MEASURED, agents=2), S3Metrics)
    with pytest.raises(Rejected, match="this function reads none"):
        Platforms(unread, Usage(), lambda: 60.0).metrics(MEASURED, agents=2)


def test_a_program_without_a_platform_has_none_to_speak_to() -> None:
    unread, academy = ProgramSecrets(Secrets(None), environment="test"), with_values(MEASURED, platform=None)
    platforms = Platforms(unread, Usage(), lambda: 60.0)
    with pytest.raises(ProgramRefused, match=r"no outside platform that .* takes challenges"):
        platforms.challenges(academy)
    with pytest.raises(ProgramRefused, match=r"no outside platform that measures .*: add metric_files"):
        platforms.metrics(with_values(academy, metric_files=None), agents=2)


BY_LOGIN = with_files(metric_files=MetricFiles(measures=dict(DEFAULTS), agent_ids="phone"))
LOGINS = {"ann": "7001", "bob": "7002"}
OF_LOGINS = OF_MONDAY.replace("ann", LOGINS["ann"]).replace("bob", LOGINS["bob"])


def of_phone(text: str, users: Mapping[str, str]) -> S3Metrics:
    """Read files of ids of the phone system, of which these are linked."""

    def linked(system: str, ids: Collection[str]) -> Mapping[str, str]:
        assert system == "phone"
        return {raw: users[raw] for raw in ids if raw in users}

    bucket = MetricFileBucket({"bank/2026-03-02.csv": text})
    return MetricBucket(bucket, "metrics", linked).source(BY_LOGIN, Usage())


def test_agents_by_another_systems_ids_are_the_users_that_the_ids_are_linked_to() -> None:
    users = {login: user for user, login in LOGINS.items()}
    assert read(of_phone(OF_LOGINS, users), days=1) == read(over(MetricFileBucket(FILES)), days=1)


def test_an_id_that_nobody_is_linked_to_is_nobodys_even_if_a_user_is_called_so() -> None:
    assert read(of_phone(OF_MONDAY, {"ann": "ann"}), days=1) == [Reading("ann", MONDAY, 180.5, 40.0)]


def test_a_day_of_one_member_under_two_ids_is_added_up() -> None:
    [both] = read(of_phone(OF_LOGINS, dict.fromkeys(LOGINS.values(), "ann")), days=1)
    assert (both.user, both.day, both.count) == ("ann", MONDAY, 60.0)
    assert both.value == pytest.approx((180.5 * 40 + 200 * 20) / 60)


def test_a_file_of_which_nobody_is_linked_is_rejected_and_says_how_to_link() -> None:
    with pytest.raises(Rejected, match=r"nobody here is linked to a member under phone\. Link the ids: ladder program"):
        read(of_phone(OF_LOGINS, {}), days=1)


@EMULATED
def test_ids_are_found_in_the_table_of_identities_and_nobody_is_made_known_by_the_search(tables: Tables) -> None:
    identities = DynamoIdentities(tables.table(), lambda: "key")
    identities.link("bank", "phone", "7001", "1" * 32)
    identities.link("bank", "phone", "7002", "2" * 32)
    identities.erase("bank", "2" * 32)
    asked = ["7001", "7002", "7003"]
    assert identities.linked("bank", "phone", asked) == {"7001": "1" * 32}
    assert identities.linked("bank", "lms", asked) == identities.linked("shop", "phone", asked) == {}
    assert identities.find("bank", "phone", "7003") is None


@EMULATED
def test_an_emulated_bucket_is_read_like_the_one_in_memory(aws: Emulator) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket="metrics")
    for key, text in FILES.items():
        client.put_object(Bucket="metrics", Key=key, Body=str(text).encode())
    assert read(over(client), days=4) == read(over(MetricFileBucket(FILES)), days=4)
