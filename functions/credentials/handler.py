"""The credentials Lambda: members take badges along, anybody verifies them, a badge taken back is revoked."""

import os
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.utilities.typing import LambdaContext

from credentials.api_models import BADGE, MOST_LISTS, PROGRAM, MyCredential, responses
from credentials.publish import SignedLists, signed_status_list
from credentials.revoke import revoke_lost
from credentials.settings import Settings
from credentials.take_along import Chance, TakenAlong, take_along
from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.case_messages import stream_records
from ladder.adapters.dynamodb.credentials import DynamoCredentials
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.kms import KmsSigner
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.domain.credentials.image import baked_png, baked_svg
from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.status_list import KEPT_SECONDS
from ladder.domain.errors import NotAuthenticated, NotFound
from ladder.domain.message import Message
from ladder.messages.render import render
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.app import JSON, LANGUAGE, REQUEST_CONTEXT, new_app, resolve
from ladder.web.claims import Claims
from ladder.web.me import Me, me

JWT, SVG, PNG = "text/plain", "image/svg+xml", "image/png"  # of a JWT as Open Badges 3.0 asks for it
LIST = "application/vc+jwt"
PUBLIC = {"cache-control": f"public, max-age={KEPT_SECONDS}", "access-control-allow-origin": "*"}

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
signed_lists: SignedLists = {}
app = new_app()

BadgeKey = Annotated[str, Path(pattern=BADGE, description="the badge's key, as in my progress")]
ProgramKey = Annotated[str, Path(pattern=PROGRAM, description="the program's key")]


@dataclass(frozen=True, slots=True)
class Ports:
    members: MemberStores
    identities: DynamoIdentities
    credentials: DynamoCredentials
    signer: KmsSigner


@cache
def ports() -> Ports:
    """Make the stores at the first call and keep them: loading AWS's models costs most of a cold start."""
    session = aws_session()
    dynamodb, vault = session.create_client("dynamodb"), Secrets(session.create_client("secretsmanager"))
    programs, members = (Table(dynamodb, name, usage) for name in (settings.programs_table, settings.members_table))
    return Ports(
        members=MemberStores(members=members, programs=programs, audit=settings.audit_table, cache=store_cache),
        identities=DynamoIdentities(members, key=IdentityKey(vault, settings.identity_secret)),
        credentials=DynamoCredentials(members),
        signer=KmsSigner(session.create_client("kms"), settings.signing_keys.split()),
    )


@dataclass(frozen=True, slots=True)
class RequestContext:
    """When, and who asks; None on the routes that are open to everybody."""

    now: datetime
    me: Me | None
    language: str | None


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request, or look after the members of the queue's messages who lost a badge."""
    if "Records" in event:
        return _revoke(event)
    return resolve(
        app,
        event,
        context,
        request_context=request_context,
        logger=logger,
        usage=usage,
        chosen_language=lambda asked: asked.language,
    )


def request_context(claims: Claims) -> RequestContext:
    now = datetime.now(UTC)
    if not claims:  # the gateway lets nobody without a token through to a member's routes
        return RequestContext(now, None, None)
    member = me(claims, now=now, logins=ports().identities)
    preferences = DynamoPreferences(ports().members.members).of(member.program, member.member)
    return RequestContext(now, member, preferences.language)


def _revoke(event: dict[str, Any]) -> dict[str, Any]:
    revoked, failed = 0, list[str]()
    for message in event["Records"]:
        try:
            for record in stream_records(message["body"]):
                program, _, member = record["dynamodb"]["NewImage"]["pk"]["S"].partition("#")
                revoked += revoke_lost(
                    program,
                    member,
                    now=datetime.now(UTC),
                    ledger=ports().members.ledger(ports().members.compiled(program)),
                    credentials=ports().credentials,
                )
        except Exception:
            logger.exception("a lost badge waits", message_id=message["messageId"])
            failed.append(message["messageId"])
    logger.info("revoked", credentials=revoked, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _issuer(program: str) -> Issuer:
    """Raises NotFound where the program does not exist, or issues nothing."""
    stores = ports().members
    rules = stores.program(program).credentials if stores.published.current_version(program) else None
    if rules is None:
        raise NotFound(Message("credentials.off"))
    return Issuer(program, rules)


def _taken_along(badge: str) -> TakenAlong:
    context: RequestContext = app.context[REQUEST_CONTEXT]
    if context.me is None:
        raise NotAuthenticated(Message("web.no_id_token"))
    issuer, language = _issuer(context.me.program), app.context[LANGUAGE]
    compiled = ports().members.compiled(context.me.program)
    return take_along(
        context.me,
        badge=badge,
        now=context.now,
        issuer=issuer,
        rulebook=compiled.rulebook,
        ledger=ports().members.ledger(compiled),
        credentials=ports().credentials,
        signer=ports().signer,
        chance=Chance(secrets.token_bytes, secrets.randbelow),
        text=lambda message: render(message, language),
        pause=backoff,
    )


def _file(badge: str, suffix: str, media_type: str, body: str) -> Response[str]:
    named = {"content-disposition": f'attachment; filename="{badge}.{suffix}"', "x-content-type-options": "nosniff"}
    return Response(200, media_type, body, named)


@app.get(
    "/members/me/badges/<badge>/credential",
    summary="Take a badge along: its highest tier that I have, as an Open Badge",
    responses=responses("The credential, the same one each time"),
    operation_id="takeAlong",
)
def get_credential(badge: BadgeKey) -> MyCredential:
    taken = _taken_along(badge)
    return MyCredential(
        id=taken.issued.id,
        badge=badge,
        title=taken.achievement.title,
        issuer=taken.issued.issuer,
        issued_at=taken.issued.issued_at,
        jwt=taken.issued.token,
    )


@app.get(
    "/members/me/badges/<badge>/credential.jwt",
    summary="Download a badge as a file that systems read",
    responses=responses("The credential as a JWT", JWT),
    operation_id="downloadJwt",
)
def get_jwt(badge: BadgeKey) -> Response[str]:
    return _file(badge, "jwt", JWT, _taken_along(badge).issued.token)


@app.get(
    "/members/me/badges/<badge>/credential.svg",
    summary="Download a badge as a drawing with its credential in it",
    responses=responses("An SVG", SVG),
    operation_id="downloadSvg",
)
def get_svg(badge: BadgeKey) -> Response[str]:
    taken = _taken_along(badge)
    return _file(badge, "svg", SVG, baked_svg(taken.achievement, taken.issued.token))


@app.get(
    "/members/me/badges/<badge>/credential.png",
    summary="Download a badge as a picture with its credential in it",
    responses=responses("A PNG", PNG),
    operation_id="downloadPng",
)
def get_png(badge: BadgeKey) -> Response[str]:
    taken = _taken_along(badge)
    image = baked_png(taken.achievement, taken.issued.token)
    answer = _file(badge, "png", PNG, b64encode(image).decode())
    answer.base64_encoded = True  # the gateway decodes it; Powertools would take bytes for text in UTF-8
    return answer


@app.get(
    "/issuers/<program>/did.json",
    summary="Show the document of a program's issuer (did:web), with the keys that its credentials are verified with",
    responses=responses("The DID document"),
    operation_id="showIssuer",
)
def get_issuer(program: ProgramKey) -> Response[dict[str, Any]]:
    return Response(200, JSON, _issuer(program).document(ports().signer.keys()), PUBLIC)


@app.get(
    "/issuers/<program>/status/<number>",
    summary="Show which of a program's credentials were revoked, as a signed list of bits (Bitstring Status List)",
    responses=responses("The list as a JWT", LIST),
    operation_id="showStatusList",
)
def get_status_list(
    program: ProgramKey, number: Annotated[int, Path(ge=1, le=MOST_LISTS, description="the list's number")]
) -> Response[str]:
    context: RequestContext = app.context[REQUEST_CONTEXT]
    token = signed_status_list(
        _issuer(program),
        number,
        now=context.now,
        credentials=ports().credentials,
        signer=ports().signer,
        cache=signed_lists,
    )
    return Response(200, LIST, token, PUBLIC)
