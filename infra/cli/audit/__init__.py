"""`ladder audit`: read what was decided, and check that nobody changed it, on the running stage or a deployed stack.

records.py  the stored audit of each program, its anchors, and the user names behind logins
screen.py   the audit as people read it
command.py  verify, show, seal
"""
