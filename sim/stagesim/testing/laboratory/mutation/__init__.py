"""Would the scenarios notice? Mutants, each with one change, and what kills them: `stagesim mutate`.

`changes` is what a mutant is, `of_rules` changes the tables, `of_duties` what no table says (`duties`, made of `faulty`
engines); `killing` runs scenarios against them, `equal` proves survivors alike or finds the story that kills them.
"""
