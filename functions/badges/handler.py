"""The badges Lambda: judges events of the ledger's stream, and posts, for the badges that ask for it."""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import starmap
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from badges.batch import process
from badges.confirm import ConfirmationStores
from badges.judge import EvaluationContext, judge
from badges.select_cases import CaseSelection, MemberEvent
from badges.settings import MODEL_REFUSED, Settings
from ladder.adapters.aws import aws_session
from ladder.adapters.bedrock import BedrockJudge
from ladder.adapters.case_messages import read_case_message
from ladder.adapters.dynamodb.confirmations import DynamoConfirmations
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.objections import DynamoObjections
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.rosters import DynamoRosters
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoMemberTexts, DynamoVerdicts
from ladder.adapters.openai import OpenAIJudge
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.adapters.sqs import SqsActivities
from ladder.domain.errors import Rejected
from ladder.domain.judging.case import Case
from ladder.domain.judging.ports import Judge
from ladder.domain.judging.question import Question, Reply
from ladder.domain.points.judged_badge import JudgedBadge, JudgeModel
from ladder.domain.programs.program import Program
from ladder.settings import from_env
from ladder.usage import Usage

DELIMITER_BYTES = 9

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
queue = SqsActivities(session.create_client("sqs"), settings.activities_queue_url)
vault = ProgramSecrets(Secrets(session.create_client("secretsmanager")), environment=settings.environment)
store_cache = StoreCache()


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage, outcomes = Usage(), Counter[str]()
    failed = process(
        [(record["messageId"], record["body"]) for record in event["Records"]],
        read=lambda body: starmap(MemberEvent, read_case_message(body)),
        evaluate=EvaluationService(usage).evaluate,
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        report=lambda message, error: logger.error("a case waits", message_id=message, exc_info=error),
        outcomes=outcomes,
    )
    logger.info("judged", outcomes=dict(outcomes), failed=len(failed), usage=asdict(usage))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


class EvaluationService:
    """Judges the cases of one invocation, with the stores that this function keeps open."""

    def __init__(self, usage: Usage) -> None:
        self._members = MemberStores(
            members=Table(dynamodb, settings.members_table, usage),
            programs=Table(dynamodb, settings.programs_table, usage),
            audit=settings.audit_table,
            cache=store_cache,
        )

    def evaluate(self, event: MemberEvent) -> Iterator[Callable[[], str]]:
        program = self._members.program(event.program)
        members = self._members.members
        stores = ConfirmationStores(
            confirmations=DynamoConfirmations(members),
            ledger=self._members.ledger(program),
            rosters=DynamoRosters(store_cache.slots, self._members.published),
            reviews=DynamoReviews(members),
        )
        selection = CaseSelection(
            program, stores, DynamoMemberTexts(members), DynamoObjections(members), datetime.now(UTC)
        )
        for badge, case in selection.cases(event):
            yield partial(self.judge, program, badge, case)

    def judge(self, program: Program, badge: JudgedBadge, case: Case) -> str:
        """Judge one case: its lease runs from now, however long the case before took, over a new connection."""
        model = program.judge or JudgeModel(model=settings.judge_model)
        connected: Judge
        if model.kind == "openai":
            connected = OpenAIJudge(model, partial(vault.judge, program.key))
        else:
            connected = BedrockJudge(session, model)
        context = EvaluationContext(
            program=program,
            model=model,
            judge=LoggingJudge(connected, model.model),
            verdicts=DynamoVerdicts(self._members.members, audit=settings.audit_table),
            reviews=DynamoReviews(self._members.members),
            activities=queue,
            member_texts=DynamoMemberTexts(self._members.members),
            new_delimiter=lambda: secrets.token_hex(DELIMITER_BYTES),
            now=datetime.now(UTC),
        )
        judged = judge(context, badge, case)
        return judged.result.decision.outcome if judged else "over budget"


@dataclass(frozen=True, slots=True)
class LoggingJudge:
    """Logs when a model refuses a question: it was retired, access is denied, or it does not support the request.

    No retry helps against that, while a throttled or late model recovers: an alarm is set on this log line.
    """

    judge: Judge
    model: str

    def ask(self, question: Question) -> Reply:
        try:
            return self.judge.ask(question)
        except Rejected:
            logger.exception(MODEL_REFUSED, model=self.model)
            raise
