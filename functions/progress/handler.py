"""The progress Lambda: HTTP routes by which members see their own progress, dispute entries and order."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.calendar_feeds import DynamoCalendarFeeds
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.figures_of_today import DynamoFiguresOfToday
from ladder.adapters.dynamodb.fulfilments import DynamoFulfilments
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.kudos import DynamoKudos
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.member_verdicts import DynamoMemberVerdicts
from ladder.adapters.dynamodb.objections import DynamoObjections
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.adapters.dynamodb.participation import DynamoParticipation
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.dynamodb.reviews import DynamoDifficultyReliefs
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.task_confirmations import DynamoTaskConfirmations
from ladder.adapters.secrets import IdentityKey, ProgramSecrets, Secrets
from ladder.adapters.slack_answers import (
    AnswersSecret,
    SlackPress,
    read_answers_secret,
    read_press,
    say,
    verify,
)
from ladder.adapters.sources.webhook import signed_request
from ladder.adapters.sqs import SqsActivities
from ladder.domain.activities.activity import Key
from ladder.domain.calendar.feed import SECRET_BYTES
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.member_days import MemberDays, read_member_days
from ladder.domain.challenges.participation import OptInCategory
from ladder.domain.challenges.rules_in_words import CategoryInWords, categories_in_words, tiers_in_words
from ladder.domain.delivery.rules import ChannelRules
from ladder.domain.errors import LadderError, Rejected, Unavailable, Unknown
from ladder.domain.members.objections import PURPOSES, Purpose, objection
from ladder.domain.members.preferences import Preferences
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.reviews.contest import VerdictForMember
from ladder.domain.reviews.member_export import MemberExport
from ladder.messages.render import choose_language, render
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.app import LANGUAGE, REQUEST_CONTEXT, created, new_app, resolve
from ladder.web.claims import Claims
from ladder.web.me import Me, me
from ladder.web.problem import problem_of
from ladder.web.program_named import ProgramNamed
from progress.answer_in_chat import ChatAnswer, answer_in_chat
from progress.api_models import (
    MOST_DAYS,
    MOST_ENTRIES,
    NEWEST,
    POSTING,
    USUAL_DAYS,
    USUAL_ENTRIES,
    AnswerBody,
    ConfirmationBody,
    ContestBody,
    DisputeBody,
    KnownLinks,
    KudosBody,
    MyObjections,
    ObjectionBody,
    OrderBody,
    ParticipationBody,
    SessionAnswer,
    SettingsBody,
    Verdicts,
    responses,
)
from progress.confirm import Confirmed, WaitingTasks, confirm, show_waiting
from progress.contest import contest, show_verdicts
from progress.dispute import Disputed, dispute
from progress.export import export
from progress.give_kudos import GivenKudos, give_kudos
from progress.my_calendar import (
    CalendarFeed,
    MyAppointments,
    MyAvailability,
    answer_session,
    make_feed,
    show_appointments,
    show_availability,
    show_feed,
)
from progress.my_settings import MySettings, change_settings
from progress.order import Ordered, order
from progress.settings import Settings
from progress.show_calendar import PointsCalendar, show_calendar
from progress.show_catalogue import Catalogue, show_catalogue
from progress.show_kudos import MyKudos, show_kudos
from progress.show_ledger import LedgerPage, show_ledger
from progress.show_me import Features, MemberProfile
from progress.show_messages import MessagesAboutMe, show_messages
from progress.show_orders import MyOrders, show_orders
from progress.show_progress import ChallengeStores, Progress, show_progress
from progress.take_part import take_part

ANSWERS = "/channels/"  # the beginning of the paths at which chats say what was pressed in them
NextDays = Annotated[int, Query(ge=1, le=MOST_DAYS, description="how many days, from now on")]
LastDays = Annotated[int, Query(ge=1, le=MOST_DAYS, description="how many days, up to today")]
CREATED = {200: "It existed before", 201: "Created"}

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
app = new_app()


@dataclass(frozen=True, slots=True)
class Ports:
    """The stores of the use cases."""

    programs: Table
    audit: Table
    members: MemberStores
    identities: DynamoIdentities
    disputes: DynamoDisputes
    links: DynamoLinks
    verdicts: DynamoMemberVerdicts
    confirmations: DynamoTaskConfirmations
    activities: Callable[[], SqsActivities]
    secrets: ProgramSecrets


@cache
def ports() -> Ports:
    """Make the stores at the first call and keep them: loading AWS's models costs most of a cold start."""
    session = aws_session()
    dynamodb, vault = session.create_client("dynamodb"), Secrets(session.create_client("secretsmanager"))
    names = (settings.programs_table, settings.members_table, settings.audit_table)
    programs, members, audit = (Table(dynamodb, name, usage) for name in names)
    identities = DynamoIdentities(members, key=IdentityKey(vault, settings.identity_secret))
    return Ports(
        programs=programs,
        audit=audit,
        members=MemberStores(members=members, programs=programs, audit=audit.name, cache=store_cache),
        identities=identities,
        disputes=DynamoDisputes(members, audit=settings.audit_table),
        links=DynamoLinks(members, identities, audit=settings.audit_table),
        verdicts=DynamoMemberVerdicts(members, audit=settings.audit_table),
        confirmations=DynamoTaskConfirmations(members, audit=settings.audit_table),
        activities=cache(lambda: SqsActivities(session.create_client("sqs"), settings.activities_queue_url)),
        secrets=ProgramSecrets(vault, environment=settings.environment),
    )


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who asks, when, their program and ledger, and what they prefer."""

    me: Me
    now: datetime
    compiled: CompiledProgram
    ledger: DynamoLedger
    preferences: Preferences

    def find(self, member: str) -> Member | None:
        return store_cache.slots.member(self.me.program, member, ports().members.published)

    def version(self, version: int) -> CompiledProgram:
        return ports().members.compiled_version(self.me.program, version)

    @property
    def calendar(self) -> CalendarRules | None:
        return ports().members.program(self.me.program).calendar

    @property
    def appointments(self) -> DynamoAppointments:
        return DynamoAppointments(ports().members.members)


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event.get("rawPath", "").startswith(ANSWERS):
        return _answer(event)
    return resolve(
        app,
        event,
        context,
        request_context=request_context,
        logger=logger,
        usage=usage,
        chosen_language=lambda asked: asked.preferences.language,
    )


def request_context(claims: Claims) -> RequestContext:
    now = datetime.now(UTC)
    member = me(claims, now=now, logins=ports().identities)
    stores = ports().members
    compiled = stores.compiled(member.program)
    preferences = DynamoPreferences(stores.members).of(member.program, member.member)
    return RequestContext(member, now, compiled, stores.ledger(compiled), preferences)


def _answer(event: dict[str, Any]) -> dict[str, Any]:
    """Answer 200 to whatever a chat's service has signed: what came of it is said in the chat."""
    path, now = event["pathParameters"], datetime.now(UTC)
    try:
        request = signed_request(event)
        channel, secret = _chat(path["program"], path["channel"])
        verify(request, secret, now=now)
        if pressed := read_press(request, secret):
            _act(pressed, path["program"], channel, secret, now=now)
    except Exception as error:
        if isinstance(error, LadderError):
            logger.warning("an answer is refused", why=type(error).__name__)
        else:
            logger.exception("an answer failed")
        return problem_of(error)
    return {"statusCode": 200, "headers": {"cache-control": "no-store"}, "body": ""}


def _chat(program: str, key: str) -> tuple[ChannelRules, AnswersSecret]:
    """Return a channel that takes answers, and its secret. Raises Unknown for any other."""
    try:
        channel = ports().members.program(program).delivery.channel(key)
        if channel is None or channel.kind != "slack":
            raise Unknown
        return channel, read_answers_secret(ports().secrets.answers(program, key))
    except Rejected as error:
        logger.warning("no answers are taken", why=str(error))
        raise Unknown from error


def _act(pressed: SlackPress, program: str, channel: ChannelRules, secret: AnswersSecret, *, now: datetime) -> None:
    """Do what a press asks for, and say what came of it. Where that cannot be said, it is done all the same."""
    stores = ports().members

    def confirmed(asked: Me, member: str, event: Key) -> Confirmed:
        return _confirm(asked, member, event, now=now, compiled=stores.compiled(program))

    roster = stores.published.roster(program)
    answer = answer_in_chat(pressed.press, program=program, channel=channel, roster=roster, confirm=confirmed)
    if answer is None:
        return
    try:
        say(secret, pressed, render(answer.said, _language(program, answer)), settled=answer.settled)
    except (Rejected, Unavailable) as error:
        logger.warning("what a press came to could not be said", why=str(error))


def _language(program: str, answer: ChatAnswer) -> str:
    stores = ports().members
    chosen = DynamoPreferences(stores.members).of(program, answer.member).language if answer.member else None
    return choose_language(chosen or stores.program(program).delivery.language)


def _confirm(asked: Me, member: str, event: Key, *, now: datetime, compiled: CompiledProgram) -> Confirmed:
    """Confirm a colleague's task, from a page or from a chat alike."""
    return confirm(
        asked,
        member=member,
        event=event,
        now=now,
        compiled=compiled,
        find=lambda whose: store_cache.slots.member(asked.program, whose, ports().members.published),
        confirmations=ports().confirmations,
        queue=ports().activities(),
        pause=backoff,
    )


def _context() -> RequestContext:
    context: RequestContext = app.context[REQUEST_CONTEXT]
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInWords:
    """`tiers`: how difficulty follows a member, a sentence each; empty where the program has no nightly challenges."""

    program: ProgramNamed
    tiers: tuple[Message, ...]
    categories: tuple[CategoryInWords, ...]


@app.get(
    "/members/me",
    summary="Show who I am: my name, my team, my program and what it has",
    responses=responses(good={200: "Who I am"}),
    operation_id="showMe",
)
def get_me() -> MemberProfile:
    context, members = _context(), ports().members
    listed = store_cache.slots.member(context.me.program, context.me.member, members.published)
    return MemberProfile(
        member=context.me.member,
        name=listed.display_name if listed else None,
        team=listed.team if listed else None,
        language=context.preferences.language,
        program=ProgramNamed.of(context.compiled),
        features=Features.of(members.program(context.me.program)),
    )


@app.get(
    "/members/me/progress",
    summary="Show my points and goals, and what I can still earn today",
    responses=responses(good={200: "My progress"}),
    operation_id="showProgress",
)
def get_progress() -> Progress:
    context, members = _context(), ports().members
    stores = ChallengeStores(
        version=context.version,
        rotations=DynamoRotations(ports().programs),
        placements=DynamoAssignments(ports().programs),
        reliefs=DynamoDifficultyReliefs(members.members),
        participation=DynamoParticipation(members.members),
        figures=DynamoFiguresOfToday(ports().programs),
        slot=lambda program, member: store_cache.slots.slot(program, member, members.published),
    )
    return show_progress(
        context.me,
        now=context.now,
        compiled=context.compiled,
        ledger=context.ledger,
        allowances=members.allowances,
        stores=stores,
        teams=members.teams,
        verdicts=ports().verdicts,
        leavers=members.program(context.me.program).leavers,
    )


@app.get(
    "/members/me/days",
    summary="Show my last days: what was measured, against my targets, and what came of it",
    responses=responses(good={200: "My days, the oldest first"}),
    operation_id="showDays",
)
def get_days(days: LastDays = USUAL_DAYS) -> MemberDays:
    from ladder.adapters.dynamodb.histories import DynamoHistories  # noqa: PLC0415 - numpy, for this route alone

    context, programs = _context(), ports().programs
    today = local_day(context.compiled.schedule, context.now)
    return read_member_days(
        context.me.program,
        store_cache.slots.slot(context.me.program, context.me.member, ports().members.published),
        first=today - timedelta(days=days - 1),
        last=today,
        current=context.compiled.challenges,
        rules=lambda version: context.version(version).challenges,
        rotations=DynamoRotations(programs),
        placements=DynamoAssignments(programs),
        figures=DynamoHistories(programs),
    )


@app.get(
    "/members/me/rules",
    summary="Say in words how my challenges come about: tiers, targets, and what each category needs",
    responses=responses(good={200: "The rules of my program, with its numbers"}),
    operation_id="showRules",
)
def get_rules() -> RulesInWords:
    compiled = _context().compiled
    return RulesInWords(
        program=ProgramNamed.of(compiled),
        tiers=tiers_in_words(compiled.challenges),
        categories=categories_in_words(compiled.challenges),
    )


@app.get(
    "/members/me/calendar",
    summary="Show what each of my last days paid, by rule, and which streaks counted it",
    responses=responses(good={200: "My days with points"}),
    operation_id="showCalendar",
)
def get_calendar(days: LastDays = USUAL_DAYS) -> PointsCalendar:
    context = _context()
    today = local_day(context.compiled.schedule, context.now)
    return show_calendar(
        context.me,
        first=today - timedelta(days=days - 1),
        last=today,
        compiled=context.compiled,
        version=context.version,
        ledger=context.ledger,
    )


@app.get(
    "/members/me/appointments",
    summary="List my sessions, and what is due, of the next days",
    responses=responses(good={200: "My appointments, the next ones first"}),
    operation_id="showAppointments",
)
def get_appointments(days: NextDays = USUAL_DAYS) -> MyAppointments:
    context = _context()
    return show_appointments(
        context.me, rules=context.calendar, days=days, now=context.now, appointments=context.appointments
    )


@app.post(
    "/members/me/appointments/answers",
    summary="Say whether I come to a session",
    responses=responses(good={202: "It is on its way"}, refused=POSTING),
    operation_id="answerSession",
)
def post_answer(body: Annotated[AnswerBody, Body()]) -> Response[SessionAnswer]:
    context = _context()
    answer_session(
        context.me,
        appointment=body.appointment,
        answer=body.answer,
        now=context.now,
        appointments=context.appointments,
        queue=ports().activities(),
    )
    return created(SessionAnswer(appointment=body.appointment, answer=body.answer), again=False, waits=True)


@app.get(
    "/members/me/availability",
    summary="Show on which of the next days I work, and which sessions I have",
    responses=responses(good={200: "My days, from today on"}),
    operation_id="showAvailability",
)
def get_availability(days: NextDays = USUAL_DAYS) -> MyAvailability:
    context = _context()
    today = local_day(context.compiled.schedule, context.now)
    state, _ = context.ledger.load(context.me.program, context.me.member, ())
    return show_availability(
        context.me,
        days=[today + timedelta(days=ahead) for ahead in range(days)],
        schedule=context.compiled.schedule,
        rulebook=context.compiled.rulebook,
        state=state,
        appointments=context.appointments,
    )


@app.get(
    "/members/me/calendar-feed",
    summary="Show whether my calendar has an address for other software, and since when",
    responses=responses(good={200: "Whether there is one; never the address itself"}),
    operation_id="showCalendarFeed",
)
def get_calendar_feed() -> CalendarFeed:
    return show_feed(_context().me, DynamoCalendarFeeds(ports().members.members))


@app.post(
    "/members/me/calendar-feed",
    summary="Make a new secret address for my calendar; the one before leads nowhere from then on",
    responses=responses(good={201: "The address, which is shown this once"}, refused=POSTING),
    operation_id="makeCalendarFeed",
)
def post_calendar_feed() -> Response[CalendarFeed]:
    context = _context()
    made = make_feed(
        context.me,
        rules=context.calendar,
        language=app.context[LANGUAGE],
        now=context.now,
        feeds=DynamoCalendarFeeds(ports().members.members),
        new_secret=partial(secrets.token_urlsafe, SECRET_BYTES),
    )
    return created(made, again=False)


@app.delete(
    "/members/me/calendar-feed",
    summary="Revoke the address of my calendar",
    responses=responses(good={200: "There is none"}),
    operation_id="revokeCalendarFeed",
)
def delete_calendar_feed() -> CalendarFeed:
    me, feeds = _context().me, DynamoCalendarFeeds(ports().members.members)
    feeds.revoke(me.program, me.member)
    return show_feed(me, feeds)


@app.put(
    "/members/me/participation/<category>",
    summary="Take part in an opt-in category from the next night on, or no longer",
    responses=responses(good={200: "What holds from the next night on"}, refused=POSTING),
    operation_id="chooseParticipation",
)
def put_participation(
    category: Annotated[str, Path(description="the category's key, as in my progress")],
    body: Annotated[ParticipationBody, Body()],
) -> OptInCategory:
    context = _context()
    return take_part(
        context.me,
        category=category,
        takes_part=body.takes_part,
        now=context.now,
        compiled=context.compiled,
        participation=DynamoParticipation(ports().members.members),
    )


def _objections(context: RequestContext) -> MyObjections:
    stored = DynamoObjections(ports().members.members).of(context.me.program, context.me.member)
    never: tuple[bool, datetime | None] = (False, None)
    said = {purpose: stored.get(purpose, never) for purpose in PURPOSES}
    return MyObjections(
        objections=[objection(purpose, objects=objects, since=since) for purpose, (objects, since) in said.items()]
    )


@app.get(
    "/members/me/objections",
    summary="List what I may object to, and whether I do",
    responses=responses(good={200: "My objections"}),
    operation_id="showObjections",
)
def get_objections() -> MyObjections:
    return _objections(_context())


@app.put(
    "/members/me/objections/<purpose>",
    summary="Object to a use of my data, or no longer (Art. 21 GDPR); it holds at once",
    responses=responses(good={200: "What holds from now on"}, refused=POSTING),
    operation_id="object",
)
def put_objection(
    purpose: Annotated[Purpose, Path(description="what is objected to")],
    body: Annotated[ObjectionBody, Body()],
) -> MyObjections:
    context = _context()
    stored = DynamoObjections(ports().members.members, audit=settings.audit_table)
    stored.change(context.me.program, context.me.member, purpose, objects=body.objects, now=context.now)
    return _objections(context)


@app.get(
    "/members/me/settings",
    summary="Show my settings: language, who may hear of what I reached, quiet hours, what I do not want to be sent",
    responses=responses(good={200: "My settings"}),
    operation_id="showSettings",
)
def get_settings() -> MySettings:
    return MySettings.of(_context().preferences)


@app.put(
    "/members/me/settings",
    summary="Change my settings, all at once",
    responses=responses(good={200: "My settings, as they are from now on"}, refused=POSTING),
    operation_id="changeSettings",
)
def put_settings(body: Annotated[SettingsBody, Body()]) -> MySettings:
    context, stored = _context(), DynamoPreferences(ports().members.members)
    return change_settings(context.me, body.preferences, now=context.now, preferences=stored)


@app.get(
    "/members/me/ledger",
    summary="List what happened, what it earned and why, newest first",
    responses=responses(good={200: "A page of my ledger"}),
    operation_id="showLedger",
)
def get_ledger(
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES, description="entries per page")] = USUAL_ENTRIES,
    before: Annotated[int | None, Query(ge=1, le=NEWEST, description="the `before` of the page before")] = None,
) -> LedgerPage:
    context = _context()
    return show_ledger(
        context.me,
        limit=limit,
        before=before,
        version=context.version,
        ledger=context.ledger,
        quarantine=context.ledger,
        disputes=ports().disputes,
    )


@app.post(
    "/members/me/disputes",
    summary="Dispute an entry",
    responses=responses(good=CREATED, refused=POSTING),
    operation_id="raiseDispute",
)
def post_dispute(body: Annotated[DisputeBody, Body()]) -> Response[Disputed]:
    context = _context()
    disputed = dispute(
        context.me,
        source=body.source,
        event=body.id,
        text=body.text,
        now=context.now,
        ledger=context.ledger,
        disputes=ports().disputes,
    )
    return created(disputed, again=disputed.again)


@app.get(
    "/members/me/verdicts",
    summary="List what a model was asked about of mine, why a badge was not proposed, and until when I can contest it",
    responses=responses(good={200: "My verdicts, newest first"}),
    operation_id="showVerdicts",
)
def get_verdicts() -> Verdicts:
    context = _context()
    shown = show_verdicts(context.me, now=context.now, compiled=context.compiled, verdicts=ports().verdicts)
    return Verdicts(verdicts=shown)


@app.post(
    "/members/me/contests",
    summary="Contest a verdict that proposed no badge: a person decides",
    responses=responses(good=CREATED, refused=POSTING),
    operation_id="contestVerdict",
)
def post_contest(body: Annotated[ContestBody, Body()]) -> Response[VerdictForMember]:
    context = _context()
    shown, again = contest(
        context.me,
        verdict=body.verdict,
        text=body.text,
        now=context.now,
        compiled=context.compiled,
        verdicts=ports().verdicts,
    )
    return created(shown, again=again)


@app.get(
    "/members/me/confirmations",
    summary="List what colleagues of mine did and nobody has confirmed yet",
    responses=responses(good={200: "What waits for a colleague, oldest first"}),
    operation_id="showConfirmations",
)
def get_confirmations() -> WaitingTasks:
    context = _context()
    return show_waiting(
        context.me,
        now=context.now,
        compiled=context.compiled,
        version=context.version,
        find=context.find,
        confirmations=ports().confirmations,
    )


@app.post(
    "/members/me/confirmations",
    summary="Confirm what a colleague did, never what I did myself",
    responses=responses(good={200: "Somebody confirmed it before", 201: "Confirmed"}, refused=POSTING),
    operation_id="confirmTask",
)
def post_confirmation(body: Annotated[ConfirmationBody, Body()]) -> Response[Confirmed]:
    context = _context()
    event = body.source, body.id
    confirmed = _confirm(context.me, body.member, event, now=context.now, compiled=context.compiled)
    return created(confirmed, again=confirmed.again)


@app.get(
    "/members/me/kudos",
    summary="Show whom I may thank and for what, how often, and the thanks I received",
    responses=responses(good={200: "My kudos"}, refused=(404,)),
    operation_id="showKudos",
)
def get_kudos() -> MyKudos:
    context, members = _context(), ports().members
    return show_kudos(
        context.me,
        rules=members.program(context.me.program).delivery.kudos,
        now=context.now,
        find=context.find,
        teammates=lambda team: store_cache.slots.teammates(context.me.program, team, members.published),
        store=DynamoKudos(members.members, audit=settings.audit_table),
    )


@app.post(
    "/members/me/kudos",
    summary="Thank a colleague, in my own words, for something that the program values",
    responses=responses(good={200: "I thanked them before", 201: "Thanked"}, refused=POSTING),
    operation_id="giveKudos",
)
def post_kudos(body: Annotated[KudosBody, Body()]) -> Response[GivenKudos]:
    context, members = _context(), ports().members
    given = give_kudos(
        context.me,
        kudos=body.kudos,
        to=body.to,
        value=body.value,
        text=body.text,
        rules=members.program(context.me.program).delivery.kudos,
        now=context.now,
        find=context.find,
        store=DynamoKudos(members.members, audit=settings.audit_table),
        queue=ports().activities(),
        pause=backoff,
    )
    return created(given, again=given.again)


@app.get(
    "/members/me/messages",
    summary="List what was said to me and of me, where, and what came of it",
    responses=responses(good={200: "The newest messages first"}),
    operation_id="showMessages",
)
def get_messages() -> MessagesAboutMe:
    return show_messages(_context().me, outbox=DynamoOutbox(ports().members.members))


@app.get(
    "/members/me/catalogue",
    summary="List what points can be spent on",
    responses=responses(good={200: "The catalogue"}),
    operation_id="showCatalogue",
)
def get_catalogue() -> Catalogue:
    context = _context()
    allowances = ports().members.allowances
    return show_catalogue(context.me, compiled=context.compiled, ledger=context.ledger, allowances=allowances)


@app.get(
    "/members/me/orders",
    summary="List what I ordered",
    responses=responses(good={200: "My orders, newest first"}),
    operation_id="listMyOrders",
)
def get_orders() -> MyOrders:
    context = _context()
    fulfilments = DynamoFulfilments(ports().members.members, audit=settings.audit_table)
    return show_orders(context.me, version=context.version, ledger=context.ledger, fulfilments=fulfilments)


@app.post(
    "/members/me/orders",
    summary="Order an item of the catalogue",
    responses=responses(good=CREATED, refused=POSTING),
    operation_id="placeOrder",
)
def post_order(body: Annotated[OrderBody, Body()]) -> Response[Ordered]:
    context = _context()
    ordered = order(
        context.me,
        order=body.order,
        item=body.item,
        now=context.now,
        compiled=context.compiled,
        version=context.version,
        ledger=context.ledger,
        allowances=ports().members.allowances,
        pause=backoff,
    )
    return created(ordered, again=ordered.again)


@app.get(
    "/members/me/export",
    summary="Export everything that is stored about me",
    responses=responses(good={200: "One document, about nobody else"}, refused=(404, 409)),
    operation_id="exportMe",
)
def get_export() -> MemberExport:
    from ladder.adapters.dynamodb.histories import DynamoHistories  # noqa: PLC0415 - numpy
    from ladder.adapters.dynamodb.personal_data import DynamoPersonalData  # noqa: PLC0415 - for this route alone

    context, programs, stores = _context(), ports().programs, ports().members
    assignments = DynamoAssignments(programs)
    return export(
        context.me,
        today=local_day(context.compiled.schedule, context.now),
        now=context.now,
        exports=DynamoPersonalData(stores.members, ports().audit, context.ledger),
        programs=stores.published,
        rotations=DynamoRotations(programs),
        placements=assignments,
        figures=DynamoHistories(programs),
        figures_of_today=DynamoFiguresOfToday(programs),
    )


@app.get(
    "/members/me/links",
    summary="List the systems and logins by which I am known, and since when",
    responses=responses(good={200: "My links, without the ids themselves"}),
    operation_id="showLinks",
)
def get_links() -> KnownLinks:
    me = _context().me
    links = ports().links.of(me.program, me.member)
    return KnownLinks(links=sorted(links, key=lambda link: link.since.isoformat() if link.since else ""))
