"""The harness in Python: what `import stagesim` gives.

`calls` runs and compares, `opening` takes up what is there, `questions` answers what goes beyond a comparison,
`playing` shows a session as it happened.
`studies` and `answers` are what comes back, with `tables`, `pairs` and `charts`; `arguments` checks what was given.
"""
