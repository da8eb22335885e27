"""Write grades for people and for other programs."""
