"""TalentLMS: it posts nothing, so a call to its hook is never genuine. `timeline` asks for what happened instead.

Secret: `{"secrets": [API key, …], "base_url": "https://academy.talentlms.com"}`. The names of events are documented;
where the things of an entry stand is unconfirmed, and the options of `paths.py` say so.
"""

from collections.abc import Mapping
from datetime import datetime

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.paths import read_by_paths
from ladder.adapters.sources.signatures import require
from ladder.domain.activities.inbound import Contents, HookRequest, Keys
from ladder.domain.programs.rules import Plain
from ladder.domain.programs.source import Source

answer = accepted
PATHS: Mapping[str, str] = {
    "events": "data",
    "id": "id",
    "type": "type",
    "user": "user.id",
    "time": "created_at",
    "course": "course.id",
    "module": "unit.id",
    "score": "score",
}
TYPES: Mapping[str, str] = {
    "course_completion": "user.completed",
    "unitprogress_test_completion": "assessment.submitted",
    "unitprogress_test_fail": "assessment.submitted",
    "unitprogress_survey_completion": "learner.completed_module",
}
SAID: Mapping[str, Mapping[str, Plain]] = {
    "unitprogress_test_completion": {"passed": True},
    "unitprogress_test_fail": {"passed": False},
}


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    require(False)  # noqa: FBT003


def read(call: HookRequest, source: Source) -> Contents:
    return read_by_paths(call.body, source, usual=PATHS, types=TYPES, said=SAID)
