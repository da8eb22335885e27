"""What happens in a run of tests: whose answers, on which devices, how each test starts, what a failure tells."""
