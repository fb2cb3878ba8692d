"""`ladder replay`: a file of events through the whole path, and every balance against an independent oracle.

lines.py     the file, line by line, mapped as its source maps it; or what is to be mended
plan.py      which events go together, which come twice and which come late
ground.py    the stage, and a program of its own on it
senders.py   a post as its source would send it, with its proof
drive.py     posting, at a rate, until the queue is empty again
log.py       what the rewards function said of it
compare.py   every member: stored columns, sum of entries, oracle
play.py      all of it, one after the other
report.py    the document, and the same for people
"""
