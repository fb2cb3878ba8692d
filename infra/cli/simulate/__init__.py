"""`ladder simulate`: measures a tier rule on simulated members, whose true means and slumps are known."""
