"""A CSV file is split into cells, and written back unchanged."""

import csv
import io
import random

from dojo.grading.gradebooks import csv_patch
from tests.grading.gradebooks.books import file_with


def test_a_sheet_is_parted_into_cells_as_the_csv_module_does(tmp_path):
    generator = random.Random(5)
    for _ in range(300):
        rows = [
            ["".join(generator.choices('ab"\r\n,;\t é', k=generator.randrange(5))) for _ in range(3)] for _ in range(3)
        ]
        stream = io.StringIO()
        form = generator.choice([("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)])
        csv.writer(stream, lineterminator=form[0], quoting=form[1]).writerows([["a", "b", "c"], *rows])
        sheet = csv_patch.read(file_with(tmp_path, stream.getvalue()))
        assert [[cell.value for cell in row] for row in sheet.rows] == [["a", "b", "c"], *rows]
        assert sheet.replace({}) == stream.getvalue().encode()
