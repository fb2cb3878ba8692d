"""The keys of both tables: first those of `programs`, then those of `members`.

Every partition key is, or begins with, the program's: so no program reads another's items. Dates and zero-padded
numbers sort as text: a range of sort keys is a range of days, revisions or blocks.
"""

from datetime import UTC, date

from ladder.domain.activities.activity import Activity, Key

REGISTRY = "#programs"  # a separate partition; a program's key never begins with '#'
CONFIG = "CONFIG"
POINTER = "POINTER"
ROSTER = "ROSTER#"
DRAFT = "DRAFT#"  # a version that somebody has to confirm, by its digest
EXPIRING = ("HISTORY#", "ASSIGNMENT#", "BUDGET#", "OUTCOME#", "RUN#", DRAFT)  # decisions stay

type Span = tuple[str, str]  # the first and the last sort key


def config(version: int) -> str:
    return f"CONFIG#{version:06d}"


def written(digest: str) -> str:
    """Return the key of the files that a program was read from, by the program's digest."""
    return f"WRITTEN#{digest}"


def draft(digest: str) -> str:
    return f"{DRAFT}{digest}"


def roster(block: int) -> str:
    return f"ROSTER#{block:04d}"


def history(day: date, block: int) -> str:
    return f"HISTORY#{day.isoformat()}#{block:04d}"


def histories(first: date, last: date) -> Span:
    return f"HISTORY#{first.isoformat()}", f"HISTORY#{last.isoformat()}#~"


def day_and_block(history_key: str) -> tuple[date, int]:
    _, day, block = history_key.split("#")
    return date.fromisoformat(day), int(block)


def rotation(rotation: str) -> str:
    return f"ROTATION#{rotation}"


def usage(rotation: str) -> str:
    """Return the key of what a rotation has used so far."""
    return f"USAGE#{rotation}"


def usages(first: date, last: date) -> Span:
    return f"USAGE#{first.isoformat()}", f"USAGE#{last.isoformat()}#~"


def rotations(first: date, last: date) -> Span:
    return f"ROTATION#{first.isoformat()}", f"ROTATION#{last.isoformat()}#~"


def rotations_before(day: date) -> Span:
    return "ROTATION#", f"ROTATION#{day.isoformat()}"  # sorts before any revision of that day


def assignment(rotation: str, block: int) -> str:
    return f"ASSIGNMENT#{rotation}#{block:04d}"


def assignments(rotation: str) -> Span:
    return within(f"ASSIGNMENT#{rotation}#")


def budget(day: date, block: int) -> str:
    return f"BUDGET#{day.isoformat()}#{block:04d}"


def budgets(day: date) -> Span:
    return within(f"BUDGET#{day.isoformat()}#")


def outcome(day: date, block: int) -> str:
    return f"OUTCOME#{day.isoformat()}#{block:04d}"


def outcomes(day: date) -> Span:
    return within(f"OUTCOME#{day.isoformat()}#")


def run(day: date, block: int) -> str:
    return f"RUN#{day.isoformat()}#{block:04d}"


def runs_until(day: date) -> Span:
    return "RUN#", f"RUN#{day.isoformat()}#~"


TODAY = "TODAY"  # when figures of a day that is not over were last begun to be read


def figure_of_today(block: int, metric: str) -> str:
    """Return the key of a metric's figures so far."""
    return f"{TODAY}#{block:04d}#{metric}"


def figures_of_today(block: int) -> Span:
    return within(f"{TODAY}#{block:04d}#")


def metric_of_today(figure_key: str) -> str:
    return figure_key.split("#", maxsplit=2)[2]


def within(prefix: str) -> Span:
    return prefix, f"{prefix}~"  # '~' sorts after every digit and letter


IDENTITY = "IDENTITY"  # a hash's item names its member; in a member's partition, followed by a hash that leads there


def member(program: str, member: str) -> str:
    """Return the partition of a member, or of a hash, which is twice as long as a member's id."""
    return f"{program}#{member}"


def identity(hashed: str) -> str:
    return f"{IDENTITY}#{hashed}"


def first_link(source: str) -> str:
    """Return the key that records that a person once linked an id of the source to the member."""
    return f"LINKED#{source}"


def identities() -> Span:
    return within(f"{IDENTITY}#")


STATE, ARCHIVE = "STATE", "ARCHIVE"
PREFERENCES = "PREFERENCES"
EXPORTED = "EXPORTED"  # how often the member read all of their data on a day
SALT = "SALT"  # under which the audit has digests of what could say who the member is
REASON = "REASON#"
ENTRY, AMENDED, HOLD = "ENTRY#", "AMENDED#", "HOLD#"
QUARANTINE, DISPUTE, WRITING = "QUARANTINE#", "DISPUTE#", "WRITING#"
POST = "POST"  # in a partition of its own
POSTED, CONFIRMED = "POSTED#", "CONFIRMED#"  # in the partition of whoever wrote or confirmed it, by their event


def entry(key: Key) -> str:
    return f"{ENTRY}{key[0]}#{key[1]}"


def event(key: str) -> Key:
    """Return the event of an entry's key, or of any other key that contains an event."""
    _, source, event_id = key.split("#", maxsplit=2)
    return source, event_id


def orders(program: str) -> str:
    """Return the partition of all orders of a program."""
    return member(program, "orders")


def order(member: str, placed: Activity) -> str:
    """Return the key of a member's order among those of the program, which are in the order of their time."""
    return f"{placed.occurred_at.astimezone(UTC).isoformat()}#{member}#{placed.id}"


def point_request(key: Key) -> str:
    """Return the key of a request by which another system gave points."""
    return f"POINT_REQUEST#{key[0]}#{key[1]}"


FULFILMENT = "FULFILMENT#"


def fulfilment(order: str) -> str:
    """Return the key of what became of a member's order, in the member's partition."""
    return f"{FULFILMENT}{order}"


def amended(key: Key) -> str:
    """Return the key of what amends an event, beside its entry, which never changes."""
    return f"{AMENDED}{key[0]}#{key[1]}"


def hold(key: Key) -> str:
    return f"{HOLD}{key[0]}#{key[1]}"


def task_confirmation(key: Key, worth: int) -> str:
    """Return the key by which a task was confirmed, once for what it was worth."""
    return f"TASK_CONFIRMATION#{key[0]}#{key[1]}#{worth}"


def tasks_confirmed(day: date) -> str:
    """Return the key of how many tasks the member confirmed on a day."""
    return f"TASKS_CONFIRMED#{day.isoformat()}"


def task_confirmers(program: str) -> str:
    """Return the partition of who confirmed tasks of each member lately."""
    return member(program, "task-confirmers")


def dispute(key: Key) -> str:
    return f"{DISPUTE}{key[0]}#{key[1]}"


def writing(key: Key) -> str:
    return f"{WRITING}{key[0]}#{key[1]}"


def post(program: str, key: Key) -> str:
    """Return the partition of a post that others confirm; no member's id has a colon."""
    return member(program, f"post:{key[0]}#{key[1]}")


def posted(key: Key) -> str:
    return f"{POSTED}{key[0]}#{key[1]}"


def confirmed(key: Key) -> str:
    return f"{CONFIRMED}{key[0]}#{key[1]}"


APPOINTMENT = "APPOINTMENT#"
FEED = "CALENDAR_FEED"  # the address of the member's calendar, as a digest of its token
LEADS = "LEADS"  # in a partition of its own, which leads from a token or a UID to its member


def appointment(key: str) -> str:
    return f"{APPOINTMENT}{key}"


def feed(program: str, digest: str) -> str:
    """Return the partition of a token, by its digest; no member's id has a colon."""
    return member(program, f"feed:{digest}")


def invitation(program: str, uid: str) -> str:
    """Return the partition of an invitation, by the UID that calendars have."""
    return member(program, f"invitation:{uid}")


def calendars(program: str) -> str:
    """Return the partition of the index of what falls due, which has the next reminder of each appointment."""
    return f"{program}#calendars"


def quarantine(digest: str, part: int) -> str:
    return f"{QUARANTINE}{digest}#{part:03d}"


def reason(record: str) -> str:
    """Return the key of a reason that a person gave about the member, of whose record the audit has its digest."""
    return f"{REASON}{record}"


def team(achievement: str, period: str, member: str) -> str:
    return f"TEAM#{achievement}#{period}#{member}"


def shared(program: str) -> str:
    """Return the partition of what a program's members share, so that rewards never writes among its configuration."""
    return member(program, "shared")


def participation(program: str) -> str:
    """Return the partition of what members chose on opt-in categories: a night reads all of it at once."""
    return member(program, "participation")


def objections(program: str, purpose: str) -> str:
    """Return the partition of who objects to a purpose, by member."""
    return member(program, f"objections:{purpose}")


def choice(member: str, category: str) -> str:
    return f"{member}#{category}"


LOOK_BACK = "LOOK_BACK"


def reserve(day: date) -> str:
    return f"RESERVE#{day.isoformat()}"


def stock(item: str) -> str:
    return f"STOCK#{item}"


def spent(day: date) -> str:
    """Return the key of the tokens that a program's model used on a day."""
    return f"SPENT#{day.isoformat()}"


def staff(program: str, subject: str) -> str:
    """Return the partition of a member of staff; no member's id has a colon."""
    return member(program, f"staff:{subject}")


def admins(program: str) -> str:
    """Return the partition of everybody who ever declared as an admin."""
    return member(program, "admins")


DECLARATION, OWN = "DECLARATION", "OWN#"


def own(member: str) -> str:
    """Return the key of a member that the person is, was linked to, or once declared to be."""
    return f"{OWN}{member}"


GIVEN = "GIVEN"  # the key of the points that a person gave by hand lately, by minute
VERDICT, REVIEW, EFFECT, RELIEF = "VERDICT#", "REVIEW#", "EFFECT#", "RELIEF#"
CONTEST, CONTESTED = "CONTEST#", "CONTESTED"  # a contest of a verdict; their number on the day that the item names
JUDGED = "JUDGED"  # the cases judged on the day that the item names: their number by badge, and their tokens


def verdict(key: str) -> str:
    return f"{VERDICT}{key}"


def contest(verdict: str) -> str:
    return f"{CONTEST}{verdict}"


def review(review: str) -> str:
    return f"{REVIEW}{review}"


def effect(review: str) -> str:
    """Return the key of the effect that a decided review still has to have."""
    return f"{EFFECT}{review}"


def relief(category: str, since: str) -> str:
    return f"{RELIEF}{category}#{since}"


CREDENTIAL = "CREDENTIAL#"


def credential(badge: str, mark: bytes) -> str:
    """Return the key of the credential of a badge's tier; no key of a badge has a '#'."""
    return f"{CREDENTIAL}{badge}#{mark.hex()}"


def status_lists(program: str) -> str:
    """Return the partition of the lists that say which credentials were revoked, and of the places in them."""
    return member(program, "status-lists")


def status_list(number: int) -> str:
    return f"LIST#{number:05d}"


def status_place(number: int, index: int) -> str:
    return f"PLACE#{number:05d}#{index}"


OUTBOX, HEARD = "OUTBOX#", "HEARD"  # what is said of the member, and when what was said to them


def outbox(notification: str) -> str:
    return f"{OUTBOX}{notification}"


def silenced(about: str) -> str:
    """Return the key that says that nothing more is said of an event."""
    return f"SILENCED#{about}"


def turns(program: str) -> str:
    """Return the partition of when each channel, and each of its addresses, is free again."""
    return member(program, "turns")


def turn(channel: str, to: str) -> str:
    return f"{channel}#{to}"


KUDOS = "KUDOS#"  # in the partition of whoever is thanked
KUDOS_GIVEN = "KUDOS_GIVEN"  # whom the member thanked lately


def kudos(by: str, kudos: str) -> str:
    return f"{KUDOS}{by}#{kudos}"


def kudos_received(program: str) -> str:
    """Return the partition of who thanked each member lately."""
    return member(program, "kudos-received")
