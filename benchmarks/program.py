"""What benchmarks share as programs: arguments, a place to measure in, the result, the figures.

A benchmark has a function that measures, and ends with `run(measure, rows=200_000)`.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any

from benchmarks.place import Place, throwaway_place
from benchmarks.results import Result

Measure = Callable[..., Coroutine[Any, Any, Result] | Result]
"""Takes a place, and its options by name."""

Within = Callable[[], AbstractContextManager[Place]]


def run(
    measure: Measure,
    *,
    within: Within = throwaway_place,
    tell: Callable[[Result], None] | None = None,
    saved: bool = True,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    **defaults: Any,
) -> None:
    """Measure as the command line says, write the result, and print its figures.

    `defaults` are the options of `measure`, numbers or tuples of them. Unless `saved`, the result
    is written only with `--save`.
    """
    parser = argparse.ArgumentParser(
        description=sys.modules[measure.__module__].__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, value in defaults.items():
        many = isinstance(value, tuple)
        parser.add_argument(
            f"--{name}", type=int, nargs="+" if many else None, default=value, help="(%(default)s)"
        )
    if not saved:
        parser.add_argument("--save", action="store_true", help="write the result")
    options = vars(parser.parse_args())
    saved = options.pop("save", saved)
    result = measured(measure, within=within, loop_factory=loop_factory, **options)
    if saved:
        result.save()
    (tell or tell_figures)(result)


def measured(
    measure: Measure,
    *,
    within: Within = throwaway_place,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    **options: Any,
) -> Result:
    """Return what is measured in a place of its own."""
    with within() as place, asyncio.Runner(loop_factory=loop_factory) as runner:
        found = measure(place, **options)
        return found if isinstance(found, Result) else runner.run(found)


def tell_figures(result: Result) -> None:
    """Print each figure by its name."""
    for name, figure in result.figures.items():
        print(f"{name}: {figure}")
