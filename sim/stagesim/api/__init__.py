"""The harness in Python: what `import stagesim` gives.

`calls` runs and compares, `questions` answers what goes beyond a comparison; `studies` is what comes back, with its
`tables` and `charts`; `arguments` checks what was given, as the command line does.
"""
