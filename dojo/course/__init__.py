"""The course: its toml files as frozen data, and the files of the installed suite."""

from dojo.course.model import BrokenFile, Chapter, Concept, Course, Kata, Places, concepts, load, read_toml

__all__ = ["BrokenFile", "Chapter", "Concept", "Course", "Kata", "Places", "concepts", "load", "read_toml"]
