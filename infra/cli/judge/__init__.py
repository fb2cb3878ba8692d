"""`ladder judge`: posts through the badges function's own code, on stores in memory, with a model or its stand-in.

posts.py    the file: a post to a line, or what has to be mended first
court.py    the function's acts around one badge, with everything but the model in memory
report.py   what came of the posts, counted off the stores and not off what the function says of itself
screen.py   all of it as people read it
command.py  the arguments
"""
