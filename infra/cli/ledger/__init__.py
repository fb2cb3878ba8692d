"""`ladder ledger`: looking after members' ledgers, on the running stage or on a deployed stack.

place.py      whose tables and queues
walk.py       which members there are, by their ids and names; one member's ledger, read as one
listed.py     the newest entries
verify.py     what does not hold, in words
explained.py  one event: what it earned and why, or why there is no entry
found.py      where an event is
reversing.py  taking an entry back: decided on the record, then through the queue
screen.py     all of it as people read it
command.py    list, verify, rebuild, explain, reverse
"""
