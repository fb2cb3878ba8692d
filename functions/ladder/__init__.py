"""The code that all functions share: the domain, the ports it looks through, and the adapters behind them."""
