"""What every function of Ladder shares: the domain, the ports it looks through, and the adapters behind them."""
