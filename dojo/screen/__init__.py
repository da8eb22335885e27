"""Lines of styled text for everything that a person reads."""
