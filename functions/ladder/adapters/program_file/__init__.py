"""The program file: YAML written by hand, read whole, every mistake with its line and its mend.

text.py      the file's text, or why there is none
source.py    text -> plain values, each with its line
include.py   libraries and rules that stand in files of their own
schema.py    the shape of the file
sections/    the shape of each section, the mend of each key, and its domain values
explain.py   what pydantic found -> sentences
stand_in.py  harmless values for what is wrong, so that the rest can be checked as well
walk.py      from a path of the file to the keys of the shape along it
build.py     the shape -> a program
read.py      all of it
"""

from ladder.adapters.program_file.read import CheckedProgram, load_program, read_program

__all__ = ["CheckedProgram", "load_program", "read_program"]
