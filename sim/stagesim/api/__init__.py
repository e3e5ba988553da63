"""The harness in Python: what `import stagesim` gives.

`calls` runs and compares, `opening` takes up what is there, `questions` answers what goes beyond a comparison.
`studies` is what comes back, with its `tables`, `pairs` and `charts`; `arguments` checks what was given.
"""
