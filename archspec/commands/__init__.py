"""The commands, one file each; the folder is the list.

A file has `configure(parser)`: it adds the command's arguments and returns the function that runs
it. The first line of its docstring is the command's help.
"""
