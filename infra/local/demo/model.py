"""A real model for the demonstration: the program names it, and its address and key stand in a secret, as in AWS."""

import json
from dataclasses import dataclass, field, replace

from infra.local.emulator import Emulator
from ladder.adapters.openai import OpenAIJudge, read_endpoint
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.judged_badge import JudgeModel
from ladder.domain.judging.question import Question
from ladder.domain.program import Program

SECRET = "ladder/bank/judge"  # noqa: S105 - its name
LOADING_SECONDS = 60  # a service may load a model only when it is asked
SMALL_QUESTION = Question(
    version="probe-v1",
    system="There is no case yet. Call the tool.",
    user="Answer with the badge none.",
    schema={"type": "object", "properties": {"badge": {"enum": ["none"]}}, "required": ["badge"]},
)


@dataclass(frozen=True, slots=True)
class RealModel:
    name: str
    secret: str = field(repr=False)

    def judging(self, program: Program) -> Program:
        """The same program, with this model in the place of its own, under the same budget."""
        bounds = program.judge or JudgeModel(model="")
        return replace(program, judge=replace(bounds, kind="openai", model=self.name, secret=SECRET))

    def connect(self, aws: Emulator) -> None:
        aws.client("secretsmanager").create_secret(Name=SECRET, SecretString=self.secret)


def real_model(url: str, name: str, key: str | None) -> RealModel:
    """Raises Rejected for an address that texts of people must not be sent to, or where no model answers."""
    secret = json.dumps({"base_url": url, "api_key": key})
    try:
        read_endpoint(SECRET, secret)
    except Rejected as error:
        raise Rejected(f"--model-url {url}: give an https address, or one of this machine with http") from error
    try:
        _judge(name, secret).ask(SMALL_QUESTION)
    except (Rejected, Unavailable) as error:
        raise Rejected(
            f"{url}: {error}; start the service, or mend --model-url, --model or --model-key-file"
        ) from error
    return RealModel(name, secret)


def _judge(name: str, secret: str) -> OpenAIJudge:
    model = JudgeModel(kind="openai", model=name, secret=SECRET, timeout_seconds=LOADING_SECONDS)
    return OpenAIJudge(model, lambda: secret)
