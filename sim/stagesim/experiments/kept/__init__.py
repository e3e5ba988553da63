"""Studies in folders: written, found again, gone on with."""
