"""`ladder ledger`: list, verify, explain and repair members' ledgers, on the running stage or a deployed stack.

members.py  which members there are, and one member's ledger
find.py     the newest entries, the entries of an event, and traces of an event without one
verify.py   what does not hold
explain.py  what an event earned and why, or why it has no entry
reverse.py  taking back an entry
screen.py   ledgers as people read them
command.py  list, verify, rebuild, explain, reverse
"""
