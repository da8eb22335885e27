"""Katas in a notebook: ``%load_ext dojo.notebook``, then ``%%kata storage/strides`` above an answer."""

from dojo.notebook.magic import load_ipython_extension, unload_ipython_extension

__all__ = ["load_ipython_extension", "unload_ipython_extension"]
