"""Ladder on this machine: an embedded AWS, the stack that is deployed to it, a platform and a model."""


class LocalError(Exception):
    """Something on this machine failed; the message says what, and where to look."""
