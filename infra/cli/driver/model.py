"""A model service of the user's own, in place of the fake model: the options of a command, the address and the key."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Self

import click

from infra.cli.input_files import InputFileError
from infra.local.fake_model import MODEL
from ladder.adapters.openai import OpenAIJudge, read_endpoint
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.judging.question import Question
from ladder.domain.points.judged_badge import JudgeModel

LOADING_SECONDS = 60  # a service may load a model at the first request
PROBE = Question(
    version="probe-v1",
    system="There is no case yet. Call the tool.",
    user="Answer with the badge none.",
    schema={"type": "object", "properties": {"badge": {"enum": ["none"]}}, "required": ["badge"]},
)


@dataclass(frozen=True, slots=True)
class ModelService:
    """An OpenAI-compatible service. `secret`: its address and key, as the secret of a program holds them."""

    name: str
    secret: Secret = field(repr=False)

    @classmethod
    def at(cls, url: str, name: str = MODEL, key: str | None = None) -> Self:
        """Raises Rejected for an address that texts of people must not be sent to."""
        secret = Secret("--model-url", json.dumps({"base_url": url, "api_key": key}))
        read_endpoint(secret)
        return cls(name, secret)

    def judge(self, settings: JudgeModel) -> OpenAIJudge:
        return OpenAIJudge(settings, lambda: self.secret)

    def check(self) -> None:
        """Ask a small question. Raises Rejected if no model answers."""
        try:
            self.judge(JudgeModel(kind="openai", model=self.name, timeout_seconds=LOADING_SECONDS)).ask(PROBE)
        except (Rejected, Unavailable) as error:
            url = json.loads(self.secret.text)["base_url"]
            raise Rejected(
                f"{url}: {error}; start the service, or correct --model-url, --model or --model-key-file"
            ) from error


def model_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a model service to a command, which takes it as `service`; None is the fake model."""

    @click.option("--model-url", metavar="URL", help="An OpenAI-compatible service that judges. Default: a fake model.")
    @click.option("--model", "name", metavar="NAME", help="The model's name at the service of --model-url.")
    @click.option("--model-key-file", type=Path, metavar="FILE", help="A file that holds the service's API key.")
    @wraps(command)
    def run(model_url: str | None, name: str | None, model_key_file: Path | None, **arguments: object) -> int:
        if model_url is None and (name or model_key_file):
            raise click.UsageError("--model and --model-key-file need --model-url: the address of your own service")
        try:
            # never an argument: everybody on the machine sees those
            key = model_key_file.read_text().strip() if model_key_file else None
            service = ModelService.at(model_url, name or MODEL, key) if model_url is not None else None
        except (OSError, UnicodeDecodeError) as error:
            raise InputFileError(f"{model_key_file}: cannot be read: {error}; write only the key into it") from error
        except Rejected as error:
            raise click.BadParameter(
                f"{model_url!r} is not the address of a model: write https://… (http:// on this machine only)",
                param_hint="'--model-url'",
            ) from error
        return command(service=service, **arguments)

    return run
