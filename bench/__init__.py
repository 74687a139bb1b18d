"""The benchmark: this site and its peers under the same load, as ratios measured in one run."""
