"""Sessions that are simulated on other machines, by Dask: the extra `cluster`."""
