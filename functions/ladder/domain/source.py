"""A system that reports, as a program names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SourceKind = Literal["standard", "cornerstone", "docebo", "absorb", "talentlms", "xapi", "hubspot", "jira"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A system that posts events for a program, or that is polled. Its secret is found by the two keys."""

    key: str  # "academy", the last part of its hook's address, and of its secret's name
    kind: SourceKind
    events: Mapping[str, str] = field(
        default_factory=dict
    )  # the vendor's event name -> canonical type, beside the usual
    options: Mapping[str, str] = field(default_factory=dict)  # what the source's kind leaves to configuration
