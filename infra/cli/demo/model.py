"""A real model for the demonstration. The program names it; its address and key are in a secret, as in AWS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from infra.local.emulator import Emulator
from ladder.adapters.openai import OpenAIJudge, read_endpoint
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.judging.judge_model import JudgeModel
from ladder.domain.judging.question import Question
from ladder.domain.programs.program import Program
from ladder.domain.programs.secret_names import judge_secret

LOADING_SECONDS = 60  # a service may load a model at the first request
PROBE = Question(
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
        """Return the program with this model instead of its own, under the same budget."""
        settings = program.judge or JudgeModel(model="")
        return replace(program, judge=replace(settings, kind="openai", model=self.name))

    def connect(self, aws: Emulator, outputs: Mapping[str, str], program: str) -> None:
        name = judge_secret(outputs["Environment"], program)
        aws.client("secretsmanager").create_secret(Name=name, SecretString=self.secret)


def check_model(url: str, name: str, key: str | None) -> RealModel:
    """Ask a model a small question and return it.

    Raises Rejected for an address that texts of people must not be sent to, or where no model answers.
    """
    model = JudgeModel(kind="openai", model=name, timeout_seconds=LOADING_SECONDS)
    secret = Secret("--model-url", json.dumps({"base_url": url, "api_key": key}))
    try:
        read_endpoint(secret)
    except Rejected as error:
        raise Rejected(f"--model-url {url}: give an https address, or an http address of this machine") from error
    try:
        OpenAIJudge(model, lambda: secret).ask(PROBE)
    except (Rejected, Unavailable) as error:
        raise Rejected(
            f"{url}: {error}; start the service, or correct --model-url, --model or --model-key-file"
        ) from error
    return RealModel(name, secret.text)
