"""Moodle: a badge is the membership in a marker cohort, which Moodle's own badge has as its criterion.

Secret: {"base_url": "https://moodle.example", "token": "…"}, of a web service with core_cohort_add_cohort_members,
core_cohort_delete_cohort_members and core_cohort_get_cohort_members. An address is a user's number in Moodle.
Moodle answers 200 to whatever happens; an error is an object with `exception`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from ladder.adapters.channels.marker import number
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import parse_done
from ladder.domain.errors import ChannelClosed, Rejected, Unavailable

SERVER = "/webservice/rest/server.php"
CLOSED = frozenset({"invalidtoken", "accessexception", "webservicesnotenabled"})
BUSY = frozenset({"sitemaintenance"})


class MoodleSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    base_url: str
    token: str


class Cohort(msgspec.Struct):
    userids: list[int]


class Moodle:
    def __init__(self, settings: ChannelSettings) -> None:
        secret = settings.read_secret(MoodleSecret)
        self._moodle = settings.service(secret.base_url, secrets=(secret.token,))
        self._token = secret.token

    def mark(self, user: str, marker: str) -> None:
        member = "members[0]"
        fields = {
            f"{member}[cohorttype][type]": "id",
            f"{member}[cohorttype][value]": marker,
            f"{member}[usertype][type]": "id",
            f"{member}[usertype][value]": str(number(user)),
        }
        answer = self._call("core_cohort_add_cohort_members", fields)
        if isinstance(answer, dict) and (warnings := answer.get("warnings")):
            raise Rejected(f"Moodle added nobody to the cohort: {warnings[0].get('warningcode', '')}")

    def unmark(self, user: str, marker: str) -> bool:
        fields = {"members[0][cohortid]": marker, "members[0][userid]": str(number(user))}
        self._call("core_cohort_delete_cohort_members", fields)
        return True

    def is_marked(self, user: str, marker: str) -> bool:
        cohorts = msgspec.convert(self._call("core_cohort_get_cohort_members", {"cohortids[0]": marker}), list[Cohort])
        return any(number(user) in cohort.userids for cohort in cohorts)

    def _call(self, function: str, fields: Mapping[str, str]) -> Any:
        form = {"wstoken": self._token, "wsfunction": function, "moodlewsrestformat": "json", **fields}
        answer = parse_done(object, self._moodle.call("POST", SERVER, form=form))
        if isinstance(answer, dict) and "exception" in answer:
            code = str(answer.get("errorcode", ""))
            if code in BUSY:
                raise Unavailable(f"{function}: {code}")
            raise (ChannelClosed if code in CLOSED else Rejected)(f"{function}: {code}")
        return answer
