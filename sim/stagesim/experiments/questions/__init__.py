"""What a study is asked: sweeps, sizes, rankings, which assumption matters."""
