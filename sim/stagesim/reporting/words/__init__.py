"""Labels, sentences and rows of figures that the page and the terminal share."""
