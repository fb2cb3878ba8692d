"""`ladder backtest`: replays a contact centre's own history through the rules of the deployed bundle."""
