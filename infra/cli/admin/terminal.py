"""Who decides at a terminal, and why."""

import argparse
import getpass
import os

from ladder.domain.reviews.permissions import Staff

LONGEST_REASON = 500


def staff(program: str) -> Staff:
    """Whoever has the credentials of the stack is its administrator; the audit names the user of this machine."""
    return Staff(subject=f"{user()} at a terminal", program=program, role="admin", declared=True)


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def reason(text: str) -> str:
    """As an argument's type."""
    if not 0 < len(text.strip()) <= LONGEST_REASON:
        raise argparse.ArgumentTypeError(f"a reason takes 1 to {LONGEST_REASON} characters")
    return text.strip()
