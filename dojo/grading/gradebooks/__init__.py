"""Points filled in where Canvas and Moodle keep them."""
