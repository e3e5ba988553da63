"""`python -m stagesim`: the same as the command `stagesim`."""

from stagesim.cli import main

if __name__ == "__main__":
    main()
