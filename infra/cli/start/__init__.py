"""`ladder start`: from a metric file to a program that can be played, and its backtest."""
