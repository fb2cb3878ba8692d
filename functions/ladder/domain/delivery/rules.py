"""The section of a program on delivery: its channels, which occasions go where, and when members are left in peace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Literal

from ladder.domain.delivery.occasion import RULES, Audience, Occasion
from ladder.domain.points.rulebook import Weekday
from ladder.domain.validation.constraints import Clock, Length, Percentage, Says, Text, Within, matching

# For machines: they read facts, and no quiet hour and no cap holds for them.
SystemKind = Literal[
    "webhook",
    "eventbridge",
    "xapi",
    "points_api",
    "ispring",
    "docebo",
    "absorb",
    "cornerstone",
    "talentlms",
    "moodle",
    "lti",
]
PeopleKind = Literal["slack", "teams", "mail", "connect", "genesys"]
ChannelKind = Literal[SystemKind, PeopleKind]
FOR_SYSTEMS: frozenset[str] = frozenset(SystemKind.__args__)  # type: ignore[attr-defined]
USER = "{user}"  # in an address, the member's user id as the roster has it
ADDRESS = "{address}"  # in an address, the member's own on that channel, as the list of members has it


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRules:
    """One way out. Its secret is found by the program's key and its own: ladder/<environment>/<program>/channels/<key>.

    Addresses are the channel's own: a Slack channel or user, a mail address, a URL. `member`: of a member, with {user}
    for their user id, and {address} for what the list of members says in the channel's column. `teams`: of each team's
    feed; `supervisors`: of who leads each team. `address`: of a channel that has one, such as a webhook's URL, or a
    feed that everybody reads.
    """

    key: Annotated[
        str,
        matching(
            r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?",
            "part of a secret's name",
            "1 to 40 lower-case letters, digits and hyphens between them, such as team-room",
        ),
    ]
    kind: Annotated[ChannelKind, Says("Write the kind of channel, such as slack, mail or webhook.")]
    occasions: Annotated[  # empty: all that this kind of channel can say
        tuple[Occasion, ...], Says("Write what it is used for, such as [badge, kudos], or leave it out for everything.")
    ] = ()
    member: Annotated[
        Text | None,
        Says('Write a member\'s address on this channel: "{user}@bank.example" or "{address}", or leave it out.'),
    ] = None
    teams: Annotated[
        Mapping[str, Text], Says("Write the address of each team's feed: {North: C0123456789}.", as_text=True)
    ] = field(default_factory=dict)
    supervisors: Annotated[
        Mapping[str, Text], Says("Write the address of who leads each team: {North: lead@bank.example}.", as_text=True)
    ] = field(default_factory=dict)
    address: Annotated[
        Text | None, Says("Write where it leads: a webhook's URL, or the feed that everybody in the program reads.")
    ] = None
    otherwise: Annotated[  # where messages go while this channel is closed
        Text | None, Says("Name the channel that takes over while this one is closed, such as mail.")
    ] = None
    options: Annotated[  # what the channel's kind leaves to configuration
        Mapping[str, str], Says("Write what this kind of channel is told, each as text.", as_text=True)
    ] = field(default_factory=dict)

    @property
    def for_systems(self) -> bool:
        return self.kind in FOR_SYSTEMS

    def carries(self, occasion: Occasion, audience: Audience) -> bool:
        """Return whether the channel is for that occasion and has an address for that audience."""
        if occasion not in self.occasions and (self.occasions or RULES[occasion].on_request):
            return False
        if audience not in RULES[occasion].audiences or self.for_systems != (audience == "system"):
            return False
        match audience:
            case "member":
                return self.member is not None
            case "team":
                return bool(self.teams) or self.address is not None
            case "supervisors":
                return bool(self.supervisors)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class KudosRules:
    """Thanks from colleague to colleague. What they are worth in points is a rule's on kudos.received, with a hold."""

    weekly: Annotated[int, Within(1, 20), Says("Write how many a member may give a week, such as 3.")] = 3
    same_colleague_after_days: Annotated[
        int, Within(1, 365), Says("Write the days after which the same colleague may be thanked again: 14.")
    ] = 14
    values: Annotated[
        Mapping[str, Text],
        Length(1, 20),
        Says("Write what people are thanked for: {helpful: helped me with a hard case}."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRules:
    """Quiet hours, caps and digest hold for everything that a person reads, on whatever channel, and for no machine.

    Nobody is written to on a day that is no work day, on a holiday of the program, or on their own day off.
    """

    channels: Annotated[
        tuple[ChannelRules, ...],
        Length(0, 20),
        Says("Write each channel's key and {kind: slack, …}.", by="key"),
    ] = ()
    quiet_from: Annotated[Clock, Says('Write when the day\'s work ends and nobody is written to: "18:00".')] = time(18)
    quiet_until: Annotated[Clock, Says('Write when messages may come again: "08:00".')] = time(8)
    daily_messages: Annotated[
        int, Within(1, 50), Says("Write how many messages a member gets a day at most, such as 3.")
    ] = 3
    weekly_messages: Annotated[
        int, Within(1, 200), Says("Write how many messages a member gets within seven days at most, such as 10.")
    ] = 10
    digest_at: Annotated[
        Clock | None, Says('Write when what is not urgent comes in one message: "15:30", or leave it out.')
    ] = None
    reminders_at: Annotated[Clock, Says('Write when members are reminded of a streak that ends that day: "14:00".')] = (
        time(14)
    )
    weekly_note_on: Annotated[
        Weekday | None, Says("Write the day of a supervisor's weekly note, such as mon, or leave it out.")
    ] = 1
    poor_score: Annotated[
        Percentage, Says("Write the score below which somebody who finished is congratulated all the same: 60.")
    ] = 60.0
    kudos: Annotated[
        KudosRules | None, Says("Write {weekly: 3, values: {helpful: …}}, or leave it out for no kudos.")
    ] = None
    language: Annotated[Text, Says("Write the language of feeds, and of members who chose none, such as en or de.")] = (
        "en"
    )
    console_url: Annotated[
        Text | None, Says("Write where the console's pages are, for links in messages: https://…/console.")
    ] = None

    @property
    def with_listed_addresses(self) -> tuple[str, ...]:
        """Return the keys of the channels on which the list of members says each member's address."""
        return tuple(channel.key for channel in self.channels if ADDRESS in (channel.member or ""))

    def channel(self, key: str) -> ChannelRules | None:
        return next((channel for channel in self.channels if channel.key == key), None)
