"""The badges Lambda: what was done, from the ledger's stream and from posts, judged where a badge asks for it."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from badges.batch import BatchProcessor, process
from badges.judge import MAX_CASE_SECONDS, EvaluationContext, judge
from badges.select_cases import MemberEvent, select_cases
from badges.settings import MODEL_REFUSED, Settings
from ladder.adapters.aws import aws_session
from ladder.adapters.bedrock import BedrockJudge
from ladder.adapters.case_messages import read_case_message
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.member_texts import DynamoMemberTexts
from ladder.adapters.dynamodb.reviews import DynamoReviews, DynamoRosters
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.adapters.openai import OpenAIJudge
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.adapters.sqs import SqsActivities
from ladder.domain.errors import Rejected
from ladder.domain.judging.case import Case
from ladder.domain.judging.ports import Judge
from ladder.domain.judging.question import Question, Reply
from ladder.domain.programs.judged_badge import JudgedBadge, JudgeModel
from ladder.domain.programs.program import Program
from ladder.settings import from_env
from ladder.usage import Usage

TOKEN_BYTES = 9

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
queue = SqsActivities(session.create_client("sqs"), settings.activities_queue_url)
vault = ProgramSecrets(Secrets(session.create_client("secretsmanager")), environment=settings.environment)
store_cache = StoreCache()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    court = EvaluationService(usage)
    docket = BatchProcessor(
        read=lambda body: (
            MemberEvent(program=each[0], member=each[1], activity=each[2]) for each in read_case_message(body)
        ),
        hear=court.hear,
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        takes_seconds=MAX_CASE_SECONDS,
        report=lambda message, error: logger.error("a case waits", message_id=message, exc_info=error),
    )
    failed = process([(record["messageId"], record["body"]) for record in event["Records"]], docket)
    logger.info("judged", outcomes=dict(docket.told), failed=len(failed), usage=usage.as_dict())
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


class EvaluationService:
    """Serves one invocation."""

    def __init__(self, usage: Usage) -> None:
        self._members = MemberStores(
            members=Table(dynamodb, settings.members_table, usage),
            programs=Table(dynamodb, settings.programs_table, usage),
            audit=settings.audit_table,
            cache=store_cache,
        )

    def hear(self, happened: MemberEvent) -> Iterator[Callable[[], str]]:
        program = self._members.compiled(happened.program).program
        picked = select_cases(
            program,
            happened,
            ledger=self._members.ledger(program),
            writings=DynamoMemberTexts(self._members.members),
            rosters=DynamoRosters(store_cache.slots, self._members.published),
            now=datetime.now(UTC),
        )
        for badge, case in picked:
            yield partial(self._judged, program, badge, case)

    def _judged(self, program: Program, badge: JudgedBadge, case: Case) -> str:
        judged = judge(self._bench(program), badge, case)
        return judged.ruling.decision.outcome if judged else "over budget"

    def _bench(self, program: Program) -> EvaluationContext:
        """For one case: its lease runs from now, however long the one before it took, over a new connection."""
        model = program.judge or JudgeModel(model=settings.judge_model)
        return EvaluationContext(
            program=program,
            model=model,
            judge=Reporting(_judge(program.key, model), model.model),
            verdicts=DynamoVerdicts(self._members.members, audit=settings.audit_table),
            reviews=DynamoReviews(self._members.members),
            activities=queue,
            token=lambda: secrets.token_hex(TOKEN_BYTES),
            now=datetime.now(UTC),
        )


@dataclass(frozen=True, slots=True)
class Reporting:
    """Logs that the model refuses to be asked: it has ended, nobody may ask it, or it knows no such question.

    Nothing of that mends itself, while a model that is throttled or late comes back: an alarm rings for the first.
    """

    judge: Judge
    model: str

    def ask(self, question: Question) -> Reply:
        try:
            return self.judge.ask(question)
        except Rejected:
            logger.exception(MODEL_REFUSED, model=self.model)
            raise


def _judge(program: str, model: JudgeModel) -> Judge:
    if model.kind == "openai":
        return OpenAIJudge(model, lambda: vault.judge(program))
    return BedrockJudge(session, model)
