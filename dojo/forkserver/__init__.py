"""A process that has torch loaded and forks for each run."""
