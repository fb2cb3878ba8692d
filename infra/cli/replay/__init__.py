"""`ladder replay`: send a file of events through the whole path, and compare every balance with a reference model.

plan.py     which events go together, which are sent again and which late
play.py     a program of its own on the stage, the events sent, and every balance compared
report.py   the result as a document and for people
"""
