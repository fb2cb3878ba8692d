"""`ladder replay`: send a file of events through the whole path, and compare every balance with a reference model.

lines.py    the file, line by line, mapped as its source maps it; or what to change in it
plan.py     which events go together, which are sent twice and which late
stage.py    the stage, and a program of its own on it
senders.py  a post as its source would send it, signed
drive.py    posting at a rate, until the queue is empty
log.py      totals of the rewards function's log
compare.py  every member: stored state, sum of entries, reference model
play.py     all of it in order
report.py   the result as a document and for people
"""
