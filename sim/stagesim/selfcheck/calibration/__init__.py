"""The calibration: whether the statistics and the gate err as rarely as they say, and give the published figures.

Every part is a list of `Check`s. It uses the very functions of the gate and of the studies; where a study is nothing
but statistics, its replications are drawn from a population whose mean is known, or drawn again from simulated ones.
"""
