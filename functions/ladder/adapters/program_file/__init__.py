"""The program file: YAML written by hand, read whole, every mistake with its line and its mend.

text.py      the file's text, or why there is none
source.py    text -> plain values, each with its line
include.py   libraries and rules that stand in files of their own
schema.py    the shape of the file, and the mend of each key
explain.py   what pydantic found -> sentences
stand_in.py  harmless values for what is wrong, so that the rest can be checked as well
build.py     the shape -> domain values
read.py      all of it
"""

from ladder.adapters.program_file.read import CheckedProgram, load_program, read_program

__all__ = ["CheckedProgram", "load_program", "read_program"]
