"""A real model for the demonstration: the program names it, and its address and key stand in a secret, as in AWS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from infra.local.emulator import Emulator
from ladder.adapters.openai import OpenAIJudge, read_endpoint
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.judging.question import Question
from ladder.domain.programs.judged_badge import JudgeModel
from ladder.domain.programs.program import Program
from ladder.domain.programs.secret_names import judge_secret

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
        return replace(program, judge=replace(bounds, kind="openai", model=self.name))

    def connect(self, aws: Emulator, outputs: Mapping[str, str], program: str) -> None:
        name = judge_secret(outputs["Environment"], program)
        aws.client("secretsmanager").create_secret(Name=name, SecretString=self.secret)


def real_model(url: str, name: str, key: str | None) -> RealModel:
    """Raises Rejected for an address that texts of people must not be sent to, or where no model answers."""
    secret = Secret("--model-url", json.dumps({"base_url": url, "api_key": key}))
    try:
        read_endpoint(secret)
    except Rejected as error:
        raise Rejected(f"--model-url {url}: give an https address, or one of this machine with http") from error
    try:
        _judge(name, secret).ask(SMALL_QUESTION)
    except (Rejected, Unavailable) as error:
        raise Rejected(
            f"{url}: {error}; start the service, or mend --model-url, --model or --model-key-file"
        ) from error
    return RealModel(name, secret.text)


def _judge(name: str, secret: Secret) -> OpenAIJudge:
    model = JudgeModel(kind="openai", model=name, timeout_seconds=LOADING_SECONDS)
    return OpenAIJudge(model, lambda: secret)
