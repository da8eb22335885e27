"""What a run found, as typed data that travels between processes."""
