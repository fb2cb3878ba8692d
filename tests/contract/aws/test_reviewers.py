"""Who may decide reviews: the people of a program whose role does."""

from collections.abc import Sequence
from typing import Any

from infra.local.emulator import Emulator
from ladder.adapters.cognito import CognitoReviewers
from tests.builders.stores import EMULATED


def _user(cognito: Any, pool: str, name: str, program: str, groups: Sequence[str]) -> str:
    told = cognito.admin_create_user(
        UserPoolId=pool, Username=name, UserAttributes=[{"Name": "custom:program", "Value": program}]
    )
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    return next(str(each["Value"]) for each in told["User"]["Attributes"] if each["Name"] == "sub")


@EMULATED
def test_reviewers_are_those_of_the_program_who_have_a_role_that_decides(aws: Emulator) -> None:
    cognito = aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    for group in ("viewer", "reviewer", "admin"):
        cognito.create_group(UserPoolId=pool, GroupName=group)
    both = _user(cognito, pool, "anna", "academy", ["reviewer", "admin"])
    admin = _user(cognito, pool, "ole", "academy", ["admin"])
    _user(cognito, pool, "ida", "academy", ["viewer"])
    _user(cognito, pool, "eve", "bank", ["reviewer"])
    gone = _user(cognito, pool, "max", "academy", ["reviewer"])
    cognito.admin_disable_user(UserPoolId=pool, Username="max")
    reviewers = CognitoReviewers(cognito, pool)
    assert reviewers.of("academy") == sorted([both, admin])
    assert gone not in reviewers.of("academy")
    assert reviewers.of("nowhere") == []
