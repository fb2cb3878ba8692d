"""The key of a model's service, which is never an argument: arguments are seen by everybody on the machine."""
