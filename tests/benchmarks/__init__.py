"""Tests of the scripts in `benchmarks`: a package, so that its fixtures stay its own."""
