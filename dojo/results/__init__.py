"""The results of a run, as typed data that is sent between processes."""
