"""The public surface: what is promised can be imported, and is documented."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import springhead
from springhead import hookspecs
from springhead.clock import FrozenClock

SDK = Path(springhead.__file__).parent
MODULES = sorted(
    "springhead." + ".".join(path.relative_to(SDK).with_suffix("").parts).removesuffix(".__init__")
    for path in SDK.rglob("*.py")
    if path != SDK / "__init__.py"
)


@pytest.mark.parametrize("name", springhead.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(springhead, name) is not None
    if name != "__version__" and not inspect.ismodule(getattr(springhead, name)):
        assert getattr(springhead, name).__doc__ or name in {"hookimpl"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = springhead.nonsense
    assert dir(springhead) == springhead.__all__


def test_importing_springhead_costs_next_to_nothing() -> None:
    code = (
        "import sys, springhead; print(sorted(m for m in sys.modules if m.startswith(('springhead', 'httpx', 'pyd'))))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['springhead']"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_and_all_it_promises_is_documented(name: str) -> None:
    module = import_module(name)
    assert module.__doc__, name
    for promised in getattr(module, "__all__", ()):
        thing: Any = getattr(module, promised)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, f"{name}.{promised}"


def test_no_module_is_long() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in SDK.rglob("*.py")}
    assert max(lengths.values()) <= 300, max(lengths, key=lambda name: lengths[name])


def test_every_hook_is_documented_in_one_line_and_listed() -> None:
    hooks = {
        name: thing
        for name, thing in vars(hookspecs).items()
        if inspect.isfunction(thing) and hasattr(thing, "springhead_spec")
    }
    assert set(hooks) == {"register_sources", "register_resolvers", "analyse_sentiment"}
    for name, hook in hooks.items():
        assert hook.__doc__, name
        assert len(hook.__doc__.splitlines()) == 1, name
        with pytest.raises(NotImplementedError):
            hook(*["x"] * len(inspect.signature(hook).parameters))
    assert len(Path(str(hookspecs.__file__)).read_text().splitlines()) < 60


def test_a_frozen_clock_wakes_sleepers_in_the_order_of_their_time(clock: FrozenClock) -> None:
    import asyncio

    woken: list[tuple[float, float]] = []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic()))

    async def everybody() -> None:
        late = asyncio.create_task(sleep(99))
        await asyncio.gather(*(sleep(seconds) for seconds in (5.0, 1.0, 3.0, 1.0)))
        late.cancel()

    asyncio.run(everybody())
    assert woken[:4] == [(1.0, 1.0), (1.0, 1.0), (3.0, 3.0), (5.0, 5.0)]
