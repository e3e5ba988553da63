"""The gate: what a scenario states is put to replications, look by look, until each statement has its verdict.

A statement in one mode is a `Question`. The pipeline in `pipeline` feeds questions with outcomes and asks them at the
declared looks; it knows nothing of what they ask. A new kind of question, such as the comparison with a baseline, is a
class with the two functions of `Question`, and a line in `questions`.
"""
