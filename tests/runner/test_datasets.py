"""The real data that specifications use: whole, with source and licence, and never shared between tests."""

import torch


def test_the_table_of_cars(cars):
    assert {name: tuple(column.shape) for name, column in cars.items() if isinstance(column, torch.Tensor)} == (
        dict.fromkeys(("mpg", "cylinders", "displacement", "horsepower", "weight", "acceleration"), (392,))
    )
    assert set(cars["origin"]) == {"USA", "Europe", "Japan"}
    assert set(cars["cylinders"].tolist()) == {3, 4, 5, 6, 8}
    assert cars["name"][0] == "chevrolet chevelle malibu"
    assert (cars["mpg"].min().item(), cars["mpg"].max().item()) == (9, torch.tensor(46.6).item())
    assert all(column.isfinite().all() for column in cars.values() if isinstance(column, torch.Tensor))


def test_the_digits(digits):
    images, labels = digits
    assert (images.shape, images.dtype, int(images.max())) == ((1797, 8, 8), torch.uint8, 16)
    assert (labels.shape, labels.dtype) == ((1797,), torch.int64)
    assert labels.bincount().min() >= 170
    assert images[0].sum() == 294
    assert labels[:3].tolist() == [0, 1, 2]


def test_what_a_test_changes_no_other_sees(cars, digits, pytestconfig):
    from dojo.runner import datasets

    cars["mpg"].zero_()
    cars["origin"].clear()
    digits[0].zero_()
    again = datasets._cars(pytestconfig.rootpath / "katas/data/auto_mpg.csv")
    assert again["mpg"].sum() > 0
    assert len(again["origin"]) == 392
    assert datasets._digits(pytestconfig.rootpath / "katas/data/digits.npz")[0].sum() > 0


def test_each_file_has_its_source_and_licence(root):
    said = (root / "katas/data/SOURCES.md").read_text(encoding="utf-8")
    for file in (root / "katas/data").glob("*"):
        if file.suffix in (".csv", ".npz"):
            row = next(line for line in said.splitlines() if f"`{file.name}`" in line)
            assert "https://doi.org/" in row
            assert "CC BY 4.0" in row
