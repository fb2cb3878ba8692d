"""What an administrator does from his own machine: publishing a program file, and who plays in it.

lists.py     files of members and of links
leaving.py   who would leave by a list, and how many may without being counted first
trial.py     what a draft would change, in words
terminal.py  who decides, and why
command.py   publish, enrol, link
"""
