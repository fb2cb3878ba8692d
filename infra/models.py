"""The models that a program may name; the first is asked where it names none.

Whoever adds one grants it: to the function that asks, to the one that publishes, and to `ladder program check`.
"""

MODELS = ("anthropic.claude-3-5-haiku-20241022-v1:0", "amazon.nova-lite-v1:0")
