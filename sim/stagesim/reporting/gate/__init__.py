"""A check in the forms that people and services read; `formats` has them all.

Each form takes the finished report and gives the whole text. Undecided is never a success in any of them, and neither
is a check that did not come to its end. Nothing that a scenario says can become a command of whoever reads it.
"""
