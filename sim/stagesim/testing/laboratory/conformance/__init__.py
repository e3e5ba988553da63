"""Whether a program that speaks the line protocol is an engine by these rules: `stagesim conform`.

A talk is lines with the answers that the rules give. Talks come from small rooms, from the conformance files, from
lines at fault and from chance (`rooms`, `files`, `particulars`, `chance`); an engine is asked them (`playing`), what is
wrong with an answer is found (`difference`) and made as short as it can be (`shorten`), and `conform` keeps the books.
"""
