"""Which cells, notices and rules scenarios exercise: `cells` are the words, `heard` what scenarios come to, `reachable`
what can be come to at all, `covered` the one held against the other.
"""
