"""The learner's own files: the practice folder, and the record of what was solved."""
