"""`ladder audit`: what was decided, and whether anybody touched it, on the running stage or on a deployed stack.

read.py     the audit of each program, and its anchors
logins.py   the user name behind a login's id
screen.py   all of it as people read it
command.py  verify, show, seal
"""
