"""docs/practice.ipynb, run as a learner runs it: in a kernel of its own, from a practice folder."""

import pytest

from dojo.workspace import folder, record

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")


@pytest.fixture(scope="module")
def written(request):
    return nbformat.read(request.config.rootpath / "docs/practice.ipynb", as_version=4)


def test_it_is_stored_as_nobody_has_run_it(written):
    nbformat.validate(written)
    cells = [cell for cell in written.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)
    assert written.metadata.kernelspec.name == "python3"


@pytest.mark.concept("setup.jupyter")
def test_katas_are_practised_in_a_notebook(written, tmp_path):
    mine = tmp_path / "mine"
    folder.create(mine)
    nbclient.NotebookClient(
        written, timeout=100, kernel_name="python3", resources={"metadata": {"path": str(mine)}}
    ).execute()
    cells = {cell.source: cell.outputs for cell in written.cells if cell.cell_type == "code"}
    screens = [
        output.data["text/plain"] + output.data["text/html"]
        for source, outputs in cells.items()
        if source.startswith("%%kata")
        for output in outputs
    ]
    assert ["solved on cpu" in screen for screen in screens] == [True, False, True, True], screens
    assert "cell:4   return sum(i * stride for i, stride in steps)" in screens[1]
    assert "the offset is left out" in screens[1]
    (value,) = cells["y = torch.arange(12.0).reshape(3, 4)[1:, 1:].T\nstorage_index(y, (2, 1)), y[2, 1]"]
    assert value.data["text/plain"] == "(11, tensor(11.))"
    solved = {kata for kata, entry in record.read(mine).entries.items() if entry.was_solved}
    assert solved == {"tensors/indexing", "storage/strides", "losses/softmax"}
