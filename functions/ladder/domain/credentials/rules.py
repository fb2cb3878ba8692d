"""The section `credentials` of a program: who issues badges as Open Badges, and which published skills they show."""

from dataclasses import dataclass
from typing import Annotated

from ladder.domain.validation.constraints import Key, Length, Says, Text, matching

WebAddress = Annotated[str, Length(1, 500), matching(r"https?://[^\s/?#]+[^\s]*", "an address", "https://…")]
ApiAddress = Annotated[
    str,
    matching(r"https://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?", "an address", "https:// and a host, without a path"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill of a published framework, such as ESCO or a framework in the CASE format."""

    name: Annotated[Text, Says("Write the skill's name, as its framework has it.")]
    url: Annotated[WebAddress, Says("Write its address, such as http://data.europa.eu/esco/skill/….")]
    code: Annotated[Text | None, Says("Write its code in the framework, or leave it out.")] = None
    framework: Annotated[Text | None, Says("Write the framework's name, such as ESCO.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The skills that a badge shows, whatever its tier."""

    badge: Annotated[Key, Says("Name a badge.")]
    skills: Annotated[tuple[Skill, ...], Length(1, 10), Says("Write a list of {name: …, url: …}.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRules:
    """The issuer of a program's credentials. `address`: under which everybody reaches the API, for years.

    A credential names it: who verifies one looks there for the issuer's keys, and whether it was revoked.
    """

    name: Annotated[Text, Says("Write who issues the credentials, such as Northern Bank Academy.")]
    url: Annotated[WebAddress, Says("Write the issuer's page: https://academy.example.org.")]
    address: Annotated[ApiAddress, Says("Write the address of this API that will last: https://ladder.example.org.")]
    alignments: Annotated[
        tuple[Alignment, ...],
        Length(0, 26),
        Says("Write a badge and its skills: {SHARER: [{name: …, url: …}]}.", by="badge", short="skills"),
    ] = ()
