"""The part that `ladder demo`, `replay` and `judge` share: it plays a file or a history, and compares the results.

lines.py     events of a file, read as their source reads them; or what to change in them
sending.py   events sent to a stage as their source would send them, signed; and the queues that they wait in
compare.py   every balance on the stage, compared with the reference model
progress.py  how far a command is, and what it does at Ctrl-C
model.py     a model of the user's own, in place of the fake model
"""
