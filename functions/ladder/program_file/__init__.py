"""Program files: YAML written by hand, every mistake reported with its line and a hint.

tree.py  a file, and the parts it names -> plain values, each with its line
form.py  the file's form -> the stored form, by what the annotations of `Program` say
read.py  all of it, and the checks
"""
