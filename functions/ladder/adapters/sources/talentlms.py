"""TalentLMS: it sends no webhooks, so a request to its hook is never genuine. `timeline` polls it instead.

Secret: `{"secrets": [API key, …], "base_url": "https://academy.talentlms.com"}`. The names of events are documented;
the fields of an entry are not confirmed, so the options of `paths.py` locate them.
"""

from collections.abc import Mapping
from datetime import datetime

from ladder.adapters.sources.paths import parse_by_paths
from ladder.adapters.sources.webhook import accepted, require
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source
from ladder.domain.validation.constraints import Plain

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
IMPLIED: Mapping[str, Mapping[str, Plain]] = {
    "unitprogress_test_completion": {"passed": True},
    "unitprogress_test_fail": {"passed": False},
}


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    require(False)  # noqa: FBT003


def read(request: HookRequest, source: Source) -> Contents:
    return parse_by_paths(request.body, source, default_paths=PATHS, types=TYPES, implied=IMPLIED)
