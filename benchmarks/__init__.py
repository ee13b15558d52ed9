"""What `make bench` measures. Machines differ and are noisy: compare the medians of one run with each other."""
