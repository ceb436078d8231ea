"""Tests of the scripts in `benchmarks`: a package, so that its fixtures have a name of their own."""
