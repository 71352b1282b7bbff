"""What the benchmarks measure, one module for each kind of figure."""
