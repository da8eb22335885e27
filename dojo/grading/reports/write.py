"""Write the files of a grade, and of the grades of a class. Each file is written atomically."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dojo.course import Course
from dojo.files import replacing, write_whole
from dojo.grading.model.grades import FILE, Grade, encode
from dojo.grading.reports import class_page, exports, feedback, tables
from dojo.grading.reports.class_view import ClassView


def write_person(folder: Path, grade: Grade, course: Course) -> None:
    """Write feedback.md, feedback.html, gradescope.json and, last, result.json: if it is there, so are the others.

    If the grader itself failed on a kata, there is no gradescope.json, and an earlier one is deleted.

    Raises:
        OSError: if the folder cannot be written to.
    """
    write_whole(folder / "feedback.md", feedback.markdown(grade, course).encode())
    write_whole(folder / "feedback.html", feedback.page(grade, course).encode())
    try:
        write_whole(folder / "gradescope.json", exports.gradescope(grade, course))
    except exports.CannotExport:
        (folder / "gradescope.json").unlink(missing_ok=True)
    write_whole(folder / FILE, encode(grade))


def write_class(
    folder: Path, grades: Iterable[Grade], course: Course, callbacks: Sequence[Callable[[Grade], None]] = ()
) -> None:
    """Write grades.csv, junit.xml and class.html. Each grade is read once and given to all callbacks, but not kept.

    Raises:
        OSError: if the folder cannot be written to.
    """
    view = ClassView(course)
    with (
        replacing(folder / "grades.csv") as table_path,
        replacing(folder / "junit.xml") as cases_path,
        table_path.open("w", encoding=tables.ENCODING, newline="") as table_file,
        cases_path.open("wb") as cases_file,
    ):
        table, cases = tables.Table(table_file, course), exports.JUnit(cases_file, course.title)
        for grade in grades:
            for add in (table.add, cases.add, view.add, *callbacks):
                add(grade)
        cases.end()
    class_page.write(folder / "class.html", view, course.title)
