"""Fill in the gradebooks of Canvas and Moodle."""
