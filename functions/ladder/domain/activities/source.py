"""A system that reports, as a program names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from ladder.domain.validation.constraints import Says, Text, matching

RESERVED_KEYS = frozenset({"platform", "judge"})  # they name the program's other secrets, which other functions read
SourceKind = Literal["standard", "cornerstone", "docebo", "absorb", "talentlms", "xapi", "hubspot", "jira"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A system that posts events for a program, or that is polled. Its secret is found by the two keys."""

    key: Annotated[  # "academy", the last part of its hook's address, and of its secret's name
        str,
        matching(
            r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?",
            "part of an address",
            "1 to 40 lower-case letters, digits and hyphens between them, such as academy",
        ),
    ]
    kind: Annotated[SourceKind, Says("Write the kind of system, such as standard or docebo.")]
    events: Annotated[  # the vendor's event name -> canonical type, beside the usual
        Mapping[str, Text],
        Says('Write what the system says and what it is here: {"issue_closed": task.completed}.'),
    ] = field(default_factory=dict)
    options: Annotated[  # what the source's kind leaves to configuration
        Mapping[str, str], Says("Write what this kind of system is told, each as text.", as_text=True)
    ] = field(default_factory=dict)
