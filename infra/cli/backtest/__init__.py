"""`ladder backtest`: what Ladder would have done with a centre's own history, by the rules of the deployed bundle.

known.py      what each night knew, and not a figure more
asked.py      what every category would have asked of everybody
replay.py     the nights, one after the other
settled.py    what came of them, once all figures were final
guarded.py    whom the guard would have asked a person to look at
explained.py  how much of the differences the mix of contacts explains
moved.py      who moved tier, when and why
picked.py     the agent whose days are drawn
notes.py      what a reader has to know before he believes a figure
report.py     all of it as one document: `--json` prints it
screen.py     the short of it for a terminal
page.py       the page: words and numbers
drawings.py   its pictures, as SVG
command.py    the command
"""
