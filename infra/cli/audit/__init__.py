"""`ladder audit`: read what was decided, and check that nobody changed it, on the running stage or a deployed stack.

facts.py    what was decided about members, held against the audit
members.py  what the ids and reasons in records about a member stand for
records.py  the stored audit of each program, its anchors, and the user names behind logins
command.py  verify, show, seal, and what they print
"""
