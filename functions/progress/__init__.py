"""The progress function: what members see of themselves and ask for, over HTTP."""
