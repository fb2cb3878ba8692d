"""`ladder judge`: run posts through the code of the badges function, with all stores in memory.

posts.py     the file of posts, or what to change in it
evaluate.py  the code of the badges function around one badge
report.py    the outcome of the posts, counted in the stores
command.py   the arguments
"""
