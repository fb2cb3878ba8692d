"""`ladder ledger`: list, verify, explain and repair members' ledgers, on the running stage or a deployed stack.

members.py   which members there are, one member's ledger, and the entries of an event
listing.py   list: the newest entries
verify.py    verify, rebuild: what does not hold, and states built again from their entries
explain.py   explain: what an event earned and why, or why it has no entry
reverse.py   reverse: taking back an entry
"""
