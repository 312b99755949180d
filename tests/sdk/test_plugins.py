from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from springhead import plugins
from springhead.errors import ConfigError, PluginError

GOOD = """
from springhead import Entry, Source, hookimpl
class Good(Source):
    name = {name!r}
    endpoint = "https://good.example/"
@hookimpl
def register_sources():
    return [Good]
"""
BROKEN = {
    "importer": ("import nonsense_that_is_not_there", "ModuleNotFoundError"),
    "leaver": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "speller": ("from springhead import hookimpl\n@hookimpl\ndef register_source():\n    return []", "unknown hook"),
    "arguer": (
        "from springhead import hookimpl\n@hookimpl\ndef register_sources(x):\n    return []",
        "PluginValidationError",
    ),
    "typo": ("def f(:", "SyntaxError"),
    "number": ("from springhead import hookimpl\n@hookimpl\ndef register_sources():\n    return 5", "TypeError"),
    "stranger": (
        "from springhead import hookimpl\n@hookimpl\ndef register_sources():\n    return [int]",
        "no Source class",
    ),
    "raiser": (
        "from springhead import hookimpl\n@hookimpl\ndef register_sources():\n    raise KeyError('x\\ny')",
        "KeyError",
    ),
    "nameless": (GOOD.format(name="nameless").replace("    name = 'nameless'\n", ""), "declares no name"),
    "homeless": (GOOD.format(name="homeless").replace("    endpoint =", "    other ="), "declares no endpoint"),
    "misnamed": (GOOD.format(name="other"), "it must be 'misnamed'"),
    "emitter": (
        GOOD.format(name="emitter").replace("    endpoint", "    emits = 'x'\n    endpoint"),
        "not a contract type",
    ),
    "texter": (GOOD.format(name="texter").replace("    endpoint", "    text = '/a'\n    endpoint"), "write a tuple"),
    "believer": (
        GOOD.format(name="believer").replace("    endpoint", "    reliability = 5\n    endpoint"),
        "give 0 to 1",
    ),
}


def install(folder: Path, name: str, code: str, entry: str | None = None) -> None:
    (folder / f"plugin_{name}.py").write_text(code)
    info = folder / f"springhead_{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: springhead-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[springhead]\n{name} = {entry or f'plugin_{name}'}\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("SPRINGHEAD_PLUGINS", raising=False)
    for name in list(sys.modules):
        if name.startswith("plugin_"):
            monkeypatch.delitem(sys.modules, name)
    return tmp_path


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_quarantined_with_its_reason(folder: Path, name: str) -> None:
    code, reason = BROKEN[name]
    install(folder, name, code)
    install(folder, "good", GOOD.format(name="good"))
    found = {plugin.name: plugin for plugin in plugins.catalogue()}
    assert reason in str(found[name].quarantine)
    assert "\n" not in str(found[name].quarantine)
    assert found[name].sources == ()
    assert found["good"].quarantine is None
    assert found["good"].distribution == "springhead-good/1.0"
    assert {"tmdb", "wikipedia"} <= found.keys()
    with pytest.raises(PluginError, match=f"plugin {name} .*cannot be loaded") as caught:
        plugins.load_source(name)
    assert f"springhead-{name}" in str(caught.value.hint)
    assert str(caught.value.hint).startswith(f"correct {folder / f'plugin_{name}.py'}")
    assert found[name].hint == caught.value.hint
    assert plugins.load_source("good").name == "good"


def test_the_line_to_correct_is_named_and_an_installed_plugin_is_reinstalled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(folder, "typo", "x = 1\ndef f(:\n")
    monkeypatch.chdir(folder)
    with pytest.raises(PluginError) as caught:
        plugins.load_source("typo")
    assert caught.value.hint == "correct plugin_typo.py:2, or remove springhead-typo"
    packages = folder / "site-packages"
    packages.mkdir()
    install(packages, "far", "import nonsense_that_is_not_there")
    monkeypatch.syspath_prepend(str(packages))
    with pytest.raises(PluginError) as caught:
        plugins.load_source("far")
    assert caught.value.hint == "reinstall or remove springhead-far"


def test_a_module_that_is_not_there(folder: Path) -> None:
    install(folder, "gone", "", entry="plugin_gone_away")
    assert "plugin_gone_away" in str({p.name: p for p in plugins.catalogue()}["gone"].quarantine)


def test_a_plugin_with_several_sources(folder: Path) -> None:
    code = GOOD.format(name="family.one") + "class Two(Good):\n    name = 'family.two'\n"
    install(folder, "family", code.replace("return [Good]", "return [Good, Two]"))
    assert plugins.load_source("family.two").name == "family.two"
    with pytest.raises(ConfigError, match=r"unknown source 'family.tow'") as caught:
        plugins.load_source("family.tow")
    assert "family.two" in str(caught.value.hint)


def test_the_allow_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, "leaver", BROKEN["leaver"][0])
    monkeypatch.setenv("SPRINGHEAD_PLUGINS", "tmdb, nonsense")
    assert plugins.plugin_names() == ["tmdb"]
    assert [plugin.name for plugin in plugins.catalogue()] == ["tmdb"]
    with pytest.raises(ConfigError, match="unknown source 'wikipedia'"):
        plugins.load_source("wikipedia")


@pytest.mark.parametrize(("asked", "meant"), [("tmbd", "tmdb"), ("wikipdia", "wikipedia")])
def test_an_unknown_name_suggests_the_nearest(asked: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown source '{asked}'") as caught:
        plugins.load_source(asked)
    assert caught.value.hint == f"did you mean {meant}?"


def test_an_unknown_name_with_nothing_near_lists_all() -> None:
    with pytest.raises(ConfigError) as caught:
        plugins.load_source("zzzzz")
    assert "tmdb" in str(caught.value.hint)
    assert "wikipedia" in str(caught.value.hint)


@pytest.mark.parametrize(("name", "other"), [("tmdb", "wikipedia"), ("wikipedia", "tmdb")])
def test_loading_one_plugin_imports_no_other(name: str, other: str) -> None:
    code = f"import sys; from springhead.plugins import load_source; load_source({name!r}); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert f"springhead_{name}" in found
    assert f"springhead_{other}" not in found
    assert "boto3" not in found


def test_names_are_listed_without_importing_anything() -> None:
    code = "import sys; from springhead.plugins import plugin_names; print(plugin_names(), *sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = found.partition("[")[2].partition("]")[0]
    assert {"'tmdb'", "'wikipedia'"} <= set(names.split(", "))
    assert "springhead_tmdb" not in found


def test_the_other_hooks_are_called(folder: Path) -> None:
    code = "from springhead import hookimpl\n@hookimpl\ndef analyse_sentiment(text):\n    return text.lower()\n"
    install(folder, "vault", code)
    manager: Any = plugins.hooks(["vault"])
    assert manager.hook.analyse_sentiment(text="NEUTRAL") == "neutral"
    with pytest.raises(ConfigError):
        plugins.hooks(["nonsense"])


GROUPED = """
from springhead import Entry, Source, hookimpl
class One(Source):
    name = {name!r}
    endpoint = "https://good.example/"
    group = "circle"
@hookimpl
def register_sources():
    return [One]
"""


def test_a_group_is_what_its_sources_declare(folder: Path) -> None:
    install(folder, "beta", GROUPED.format(name="beta"))
    install(folder, "alpha", GROUPED.format(name="alpha"))
    install(folder, "gamma", GOOD.format(name="gamma"))
    assert [source.name for source in plugins.load_sources("circle")] == ["alpha", "beta"]
    assert [source.name for source in plugins.load_sources("gamma")] == ["gamma"]
    assert [source.name for source in plugins.groups()["circle"]] == ["alpha", "beta"]
    with pytest.raises(ConfigError, match="unknown source"):
        plugins.load_sources("circel")
