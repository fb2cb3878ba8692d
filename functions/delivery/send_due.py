"""Send what is due: claim it, hand it to its channel, record what became of it, and take back what was withdrawn.

Killed at any point, and run again by anybody, each message is visible once, or as often as its channel's guarantee
says. A claim is conditional on what the reader has heard lately: so caps hold among several processes, too.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from delivery.compose import caps, outgoing, working_time
from ladder.domain.delivery.addressing import address, lanes
from ladder.domain.delivery.notification import Notification, OutboxItem
from ladder.domain.delivery.other_news import digest_of
from ladder.domain.delivery.ports import Channel, Heard, Outbox, Outgoing, Reader, Readers
from ladder.domain.delivery.rules import ChannelRules
from ladder.domain.delivery.timing import Timing, timing, unwanted
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable
from ladder.domain.message import Message, verbatim
from ladder.domain.programs.program import Program
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.ports import Reviews
from ladder.domain.reviews.review import review_id

LEASE = timedelta(minutes=2)  # far above the time of one call: by then it has ended, whatever became of it
FIRST_RETRY, LAST_RETRY = timedelta(seconds=30), timedelta(hours=1)
MOST_FAILURES = 12  # that lengthen the pause
CLOSED_FOR = timedelta(minutes=15)  # until a channel that was closed is tried again
CHECK_AFTER, MOST_CHECKS = timedelta(minutes=5), 2  # a channel may show what it took a moment later
LONGEST_PAUSE = timedelta(seconds=2)  # whatever waits longer for its turn is left for the next run
SECONDS_LEFT = 20.0  # of the invocation, to begin with another message
FAILURES_IN_A_ROW = 3  # after which a lane is left for the next run
MOST_TOGETHER = 20  # in one digest
NOBODY = "…"  # in place of the name of somebody who was erased
# what news is about that is no entry of a ledger
NO_ENTRIES = frozenset({"day", "streak", "week", "digest", "kudos", "appointment", "fulfilment"})

# done: it is through · moved: it is due later · again: it is due at once, and nothing later may overtake it ·
# waits: it is due when its pause is over, and nothing may overtake it · digest: it goes together with others ·
# stop: the channel is down
type Outcome = Literal["done", "moved", "again", "waits", "digest", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryServices:
    """`open_channel` raises Rejected where the channel's options or its secret are wrong. `report`: to operators."""

    outbox: Outbox
    readers: Readers
    reviews: Reviews
    open_channel: Callable[[str, ChannelRules], Channel]  # of a program
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    time_left: Callable[[], float]
    report: Callable[[str, OutboxItem, Exception | None], None]


def send_due(program: Program, services: DeliveryServices) -> Counter[str]:
    """Send all that is due of a program, channel by channel; return how many ended in which way."""
    counts = Counter[str]()
    for rules in program.delivery.channels:
        run = ChannelRun(program=program, rules=rules, services=services, counts=counts)
        for lane in lanes(rules):
            run.send_lane(lane)
    return counts


@dataclass(slots=True, kw_only=True)
class ChannelRun:
    """What one invocation does on one channel of a program."""

    program: Program
    rules: ChannelRules
    services: DeliveryServices
    counts: Counter[str]
    failures: int = 0  # in a row
    _is_closed: bool = False
    _channel: Channel | None = field(default=None, repr=False)

    def has_time(self) -> bool:
        return self.services.time_left() > SECONDS_LEFT

    def send_lane(self, lane: str) -> None:
        """Send what a lane has, in its order. What waits lets nothing later overtake it that is for the same reader."""
        changed = True
        while changed and self.failures < FAILURES_IN_A_ROW:
            changed, waiting, together = False, set[str](), dict[str, list[OutboxItem]]()
            for item in self.services.outbox.due(self.program.key, self.rules.key, lane, self.services.clock()):
                group = item.notification.order_group
                if group in waiting:
                    continue
                if not self.has_time():
                    return
                outcome = self._step(item)
                if outcome == "stop":
                    return
                if outcome in {"waits", "again"}:
                    waiting.add(group)
                elif outcome == "digest":
                    together.setdefault(group, []).append(item)
                changed |= outcome in {"done", "again"}
            for group, parts in together.items():
                changed |= group not in waiting and self._join(parts[:MOST_TOGETHER]) == "done"

    def _step(self, item: OutboxItem) -> Outcome:
        if item.retry_at is not None and item.retry_at > self.services.clock():
            return "waits"
        steps = {"sending": self._recover, "checking": self._check, "withdrawing": self._withdraw}
        try:
            return steps.get(item.status, self._consider)(item)
        except (Unavailable, Rejected) as error:
            return self._failed(item, error)

    # before it is sent

    def _consider(self, item: OutboxItem) -> Outcome:
        """Send a message, or do what its reader's wishes, hours and caps say."""
        now = self.services.clock()
        heard = self._heard(item.notification)
        decision = self._decide(item.notification, heard, now)
        match decision.action:
            case "drop":
                return self._drop(item, decision.because)
            case "wait":
                return self._save(item, replace(item, due_at=decision.at or now, retry_at=None), "moved")
            case "digest":
                return "digest"
        return self._send(item, heard)

    def _heard(self, notification: Notification) -> Heard:
        """Return what the reader heard lately, where it is counted: feeds and systems have no cap."""
        if notification.audience != "member":
            return Heard()
        return self.services.outbox.heard(self.program.key, notification.reader)

    def _decide(self, notification: Notification, heard: Heard, now: datetime) -> Timing:
        if notification.audience == "system":
            return timing(notification, working_time=None, caps=None, heard=heard, now=now)
        for_member, reader = notification.audience == "member", None
        if for_member or not notification.member.startswith("team:"):
            reader = self._find(notification.reader if for_member else notification.member)
            if reader is None:
                return Timing("drop", because=Message("delivery.member_gone"))
            if because := unwanted(notification, reader.preferences):
                return Timing("drop", because=because)
        return timing(
            notification,
            working_time=working_time(self.program, reader if for_member else None),
            caps=caps(self.program.delivery) if for_member else None,
            heard=heard,
            now=now,
        )

    def _drop(self, item: OutboxItem, because: Message | None) -> Outcome:
        """Let a message go; one that may have arrived is taken back where its reader does not want it."""
        too_late = because == Message("delivery.too_late")
        if item.notification.audience == "system":
            self.services.report("given up", item, None)
        status: Literal["dropped", "withdrawing"] = "withdrawing" if item.tries and not too_late else "dropped"
        return self._save(item, replace(item, status=status, because=because, retry_at=None))

    def _join(self, parts: list[OutboxItem]) -> Outcome:
        """Put one message in the place of several to one reader; one alone goes as it is."""
        first, now = parts[0], self.services.clock()
        if len(parts) == 1:
            try:
                return self._send(first, self._heard(first.notification))
            except (Unavailable, Rejected) as error:
                return self._failed(first, error)
        last = min(part.notification.not_after for part in parts)
        news = digest_of(tuple(part.notification.news for part in parts), day=now.date(), at=now, until=last)
        whole = replace(first.notification, news=news, created_at=now, not_before=now, not_after=last)
        return "done" if self.services.outbox.digest(parts, whole) else "waits"

    # sending

    def _send(self, item: OutboxItem, heard: Heard) -> Outcome:
        """Claim a message and hand it over. Nothing is sent without a claim, and nothing claimed without a turn."""
        notification, key = item.notification, item.notification.key
        to = address(notification, self.rules, reader=self._addressee(notification))
        if to is None:
            return self._drop(item, Message("delivery.no_address"))
        if self._is_closed:
            raise ChannelClosed("it was closed a moment ago")
        channel, message = self._open(), self._outgoing(item, to)
        if not self._takes_turn(to, channel):
            return "waits"
        now = self.services.clock()
        claimed = replace(item, status="sending", tries=item.tries + 1, retry_at=now + LEASE, to=to, sent_at=now)
        counted = replace(heard, messages={**heard.messages, key: now}) if notification.audience == "member" else None
        if not self.services.outbox.save(item, claimed, counted):
            return "waits"
        claimed = replace(claimed, version=item.version + 1)
        try:
            receipt = channel.send(replace(message, sent_at=now))
        except AnswerLost:
            return "waits"  # until its lease is over, and the channel shows what became of it
        except (Unavailable, Rejected) as error:
            return self._failed(replace(claimed, status="waiting", tries=item.tries, sent_at=item.sent_at), error)
        self.failures = 0
        return self._arrived(claimed, message, receipt or "")

    def _arrived(self, item: OutboxItem, message: Outgoing, receipt: str) -> Outcome:
        """Record what the channel has taken, after a look at whether it shows it."""
        try:
            shown = self._open().still_there(message, receipt)
        except (Unavailable, Rejected):
            shown = False
        if shown is False:
            retry_at = self.services.clock() + CHECK_AFTER
            return self._save(item, replace(item, status="checking", receipt=receipt, failures=0, retry_at=retry_at))
        return self._save(item, replace(item, status="sent", receipt=receipt, retry_at=None))

    def _recover(self, item: OutboxItem) -> Outcome:
        """Find out what became of a message whose claim ran out, as far as its channel can tell."""
        channel = self._open()
        if channel.guarantee == "findable":
            message = self._outgoing(item, item.to)
            if not self._takes_turn(item.to, channel):
                return "waits"
            receipt = channel.find(message)
            if receipt is not None:
                return self._arrived(item, message, receipt)
        elif channel.guarantee == "never_again" or (channel.guarantee == "one_extra" and item.tries > 1):
            because = Message("delivery.unconfirmed", {"channel": self.rules.key})
            if channel.guarantee == "never_again":
                self._open_review(item, because)
                self.services.report("a person has to look at it", item, None)
            return self._save(item, replace(item, status="sent", receipt="", retry_at=None, because=because))
        return self._save(item, replace(item, status="waiting", retry_at=None), "again")

    def _check(self, item: OutboxItem) -> Outcome:
        """Look again for a message that the channel took and did not show; a person looks at it in the end."""
        channel = self._open()
        if not self._takes_turn(item.to, channel):
            return "waits"
        if channel.still_there(self._outgoing(item, item.to), item.receipt or "") is not False:
            return self._save(item, replace(item, status="sent", retry_at=None, failures=0))
        return self._differs(item, Message("delivery.not_shown", {"channel": self.rules.key}))

    def _withdraw(self, item: OutboxItem) -> Outcome:
        """Take a message back where its channel can, and look whether it is gone."""
        channel, message, receipt = self._open(), self._outgoing(item, item.to), item.receipt
        if not self._takes_turn(item.to, channel):
            return "waits"
        if receipt is None and channel.guarantee == "findable":
            receipt = channel.find(message)
            if receipt is None:
                return self._save(item, _taken_back(item))
        if not channel.withdraw(message, receipt or ""):
            self._ask_to_take_back(item)
            return self._save(item, replace(_taken_back(item), status="sent", because=Message("delivery.stays")))
        if channel.still_there(message, receipt or "") is not True:
            return self._save(item, _taken_back(item))
        return self._differs(
            replace(item, receipt=receipt), Message("delivery.still_shown", {"channel": self.rules.key})
        )

    def _differs(self, item: OutboxItem, because: Message) -> Outcome:
        """Look again later where the channel shows something else than it said, and in the end open a review."""
        if item.failures + 1 < MOST_CHECKS:
            retry_at = self.services.clock() + CHECK_AFTER
            return self._save(item, replace(item, failures=item.failures + 1, retry_at=retry_at))
        self._open_review(item, because)
        self.services.report("a person has to look at it", item, None)
        return self._save(item, replace(item, status="sent", retry_at=None, because=because))

    def _ask_to_take_back(self, item: OutboxItem) -> None:
        """Ask a person to take a message back by hand: by a review, or operators where it is about no entry.

        Nobody is asked about what an erased member had been told themselves.
        """
        notification = item.notification
        asked = self._open_review(item, Message("delivery.take_back_by_hand", {"channel": self.rules.key}))
        if not asked and not (notification.sent_as and notification.audience == "member"):
            self.services.report("a person has to take it back", item, None)

    def _open_review(self, item: OutboxItem, because: Message) -> bool:
        """Let a person look at the entry that a message is about, once a message; return whether it is about one.

        Of an erased member's nothing is left to look at.
        """
        notification, now = item.notification, self.services.clock()
        source, _, event = notification.news.about.partition("#")
        if source in NO_ENTRIES or notification.sent_as is not None:
            return False
        key = source, event
        review = entry_review("audit", self.program.key, notification.member, key, because=(because,), now=now)
        own = review_id("audit", *key, notification.key, because.code)  # the entry may have been looked at before
        self.services.reviews.open(replace(review, id=own))
        return True

    # what went wrong

    def _failed(self, item: OutboxItem, error: Unavailable | Rejected) -> Outcome:
        """Record that nothing was sent, and when to try again. Three failures in a row leave the lane for later."""
        now, places = self.services.clock(), (self.program.key, self.rules.key, item.to)
        if isinstance(error, ChannelClosed):
            return self._closed(item, error)
        if isinstance(error, Rejected):
            self.services.report("refused", item, error)
            return self._save(item, replace(item, status="refused", retry_at=None, because=verbatim(str(error))))
        wait = min(FIRST_RETRY * 2 ** min(item.failures, MOST_FAILURES), LAST_RETRY)
        if isinstance(error, Throttled):
            wait = wait if error.seconds is None else timedelta(seconds=error.seconds)
            self.services.outbox.hold_back(*places, now + wait)
        self.failures += 1
        later = replace(item, failures=item.failures + 1, retry_at=now + wait)
        return self._save(item, later, "stop" if self.failures >= FAILURES_IN_A_ROW else "waits")

    def _closed(self, item: OutboxItem, error: ChannelClosed) -> Outcome:
        """Let another channel take over where the program names one; else everything waits for whoever mends it."""
        if not self._is_closed:
            self.services.report("a channel is closed", item, error)
        self._is_closed, now = True, self.services.clock()
        if self.rules.otherwise is None or item.status != "waiting":
            return self._save(item, replace(item, retry_at=now + CLOSED_FOR), "stop")
        self.services.outbox.put(replace(item.notification, channel=self.rules.otherwise, created_at=now))
        because = Message("delivery.taken_over", {"channel": self.rules.otherwise})
        return self._save(item, replace(item, status="dropped", retry_at=None, because=because))

    # what a message needs

    def _open(self) -> Channel:
        """Return the channel. Raises ChannelClosed where its options or its secret are wrong."""
        if self._channel is None:
            try:
                self._channel = self.services.open_channel(self.program.key, self.rules)
            except Rejected as error:
                raise ChannelClosed(str(error)) from error
        return self._channel

    def _find(self, member: str) -> Reader | None:
        return self.services.readers.find(self.program.key, member)

    def _addressee(self, notification: Notification) -> Reader | None:
        """Return the reader, or for a system the member it is about; None for a feed, and for who leads a team."""
        if notification.audience in {"team", "supervisors"}:
            return None
        return self._find(notification.reader or notification.member)

    def _outgoing(self, item: OutboxItem, to: str) -> Outgoing:
        notification = item.notification
        reader = self._find(notification.reader) if notification.audience == "member" else None
        sent_at = item.sent_at or self.services.clock()
        return outgoing(item, self.program.delivery, to=to, reader=reader, name=self._name, sent_at=sent_at)

    def _name(self, member: str) -> str:
        known = self._find(member)
        return known.name if known else NOBODY

    def _takes_turn(self, to: str, channel: Channel) -> bool:
        """Return whether the channel may be used now, after a short pause where that is enough."""
        while True:
            now = self.services.clock()
            wait = self.services.outbox.take_turn(self.program.key, self.rules.key, to, now, pace=channel.pace)
            if not wait:
                return True
            if wait > LONGEST_PAUSE or not self.has_time():
                return False
            self.services.sleep(wait.total_seconds())

    def _save(self, before: OutboxItem, after: OutboxItem, outcome: Outcome = "done") -> Outcome:
        if not self.services.outbox.save(before, after):
            return "waits"
        self.counts[after.status] += 1
        return outcome


def _taken_back(item: OutboxItem) -> OutboxItem:
    """Return what is left of a message that nobody sees any longer; of an erased member's not even its address."""
    to = "" if item.notification.sent_as else item.to
    return replace(item, status="withdrawn", retry_at=None, to=to)
