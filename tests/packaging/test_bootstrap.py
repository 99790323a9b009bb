"""The bootstrap's own decisions, without a network and without touching the system."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"
NAMES = ("bootstrap", "commands", "environment", "system_packages")


class Modules:
    """The bootstrap's modules, imported as the script imports them: by plain names from their own folder."""

    bootstrap: ModuleType
    commands: ModuleType
    environment: ModuleType
    system_packages: ModuleType


@pytest.fixture(scope="module")
def modules() -> Iterator[Modules]:
    """Import the modules with their folder on the path, and clear up after."""
    sys.path.insert(0, str(FOLDER))
    found = Modules()
    for name in NAMES:
        setattr(found, name, importlib.import_module(name))
    yield found
    sys.path.remove(str(FOLDER))
    for name in NAMES:
        sys.modules.pop(name, None)


# The command line


def test_what_stands_after_two_dashes_is_passed_on_untouched(modules: Modules) -> None:
    split = modules.bootstrap.split_arguments
    assert split(["run", "--", "tune.tutti", "--", "-x"]) == (["run"], ["tune.tutti", "--", "-x"])
    assert split(["test"]) == (["test"], [])


@pytest.mark.parametrize(
    ("arguments", "called"),
    [
        (["run", "--", "a.tutti", "--model", "x"], ("run_studio", (["a.tutti", "--model", "x"],), {})),
        (["install", "--skip-system"], ("install", (), {"skip_system": True})),
        (["bench", "latency", "--", "--json"], ("run_benchmarks", (["latency"], ["--json"]), {})),
        (["test", "--", "-k", "roll"], ("run_tests", (["-k", "roll"],), {"require_devices": False})),
        (["test", "--require-devices"], ("run_tests", ([],), {"require_devices": True})),
    ],
)
def test_each_command_reaches_its_function(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, arguments: list[str], called: tuple[str, tuple[object], dict]
) -> None:
    name, positional, named = called
    seen = []
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(modules.commands, name, lambda *given, **options: seen.append((given, options)) or 7)
    assert modules.bootstrap.main(arguments) == 7
    assert seen == [(positional, {"skip_system": False, **named})]


def test_continuous_integration_requires_the_devices(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(modules.commands, "run_tests", lambda _passed, **options: seen.append(options) or 0)
    modules.bootstrap.main(["test"])
    assert seen == [{"require_devices": True, "skip_system": False}]


@pytest.mark.parametrize("version", [(3, 9), (3, 10), (3, 13)])
def test_a_python_that_does_not_fit_gets_one_sentence(modules: Modules, version: tuple[int, int]) -> None:
    complaint = modules.bootstrap.version_complaint(version)
    assert f"this is Python {version[0]}.{version[1]}:" in complaint
    assert complaint.endswith(".")
    assert "\n" not in complaint


def test_the_bootstrap_and_the_project_name_the_same_pythons(modules: Modules) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, newest = modules.bootstrap.OLDEST, modules.bootstrap.NEWEST
    assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"
    assert modules.bootstrap.version_complaint(oldest) == modules.bootstrap.version_complaint(newest) == ""


def test_an_older_python_can_read_the_bootstrap_far_enough_to_say_so(modules: Modules) -> None:
    compile((FOLDER / "bootstrap.py").read_text(encoding="utf-8"), "bootstrap.py", "exec")
    import ast

    ast.parse((FOLDER / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_the_bootstrap_imports_the_standard_library_only() -> None:
    import ast

    for name in NAMES:
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            for module in imported:
                assert module.split(".")[0] in sys.stdlib_module_names | set(NAMES), f"{name} imports {module}"


# System packages


def test_run_wants_the_good_soundfont_and_test_the_small_one_with_jack_and_a_screen(modules: Modules) -> None:
    system = modules.system_packages
    run = system.choose_packages(system.requirements("run"), ())
    test = system.choose_packages(system.requirements("test"), ())
    assert "fluid-soundfont-gm" in run
    assert not {"timgm6mb-soundfont", "jackd2", "xvfb", "python3-venv"} & set(run)
    assert {"timgm6mb-soundfont", "jackd2", "xvfb", "xauth", "libfluidsynth3", "libxcb-cursor0"} <= set(test)
    assert "fluid-soundfont-gm" not in test


def test_a_python_without_venv_asks_for_debians_package_first(modules: Modules) -> None:
    first = modules.system_packages.requirements("run", has_venv=False)[0]
    assert first.packages == (f"python3.{sys.version_info[1]}-venv", "python3-venv")


def test_nothing_is_missing_once_either_name_of_each_package_is_installed(modules: Modules) -> None:
    system = modules.system_packages
    needed = system.requirements("test")
    for pick in (0, -1):
        assert system.missing(needed, {item.packages[pick] for item in needed}) == ()
    assert system.missing(needed, ()) == needed


def test_newer_ubuntu_gets_the_t64_names_and_older_debian_the_plain_ones(modules: Modules) -> None:
    system = modules.system_packages
    needed = system.requirements("run")
    plain = {name for item in needed for name in item.packages if "t64" not in name}
    renamed = (plain - {"libasound2", "libglib2.0-0"}) | {"libasound2t64", "libglib2.0-0t64"}
    assert set(system.choose_packages(needed, plain)) == plain
    assert set(system.choose_packages(needed, renamed)) == renamed


def test_dpkg_answers_are_read_by_status(modules: Modules) -> None:
    text = "ii  libgl1\nrc  libegl1\nun  xvfb\nhi  jackd2\niU  xauth\n"
    assert modules.system_packages.parse_installed(text) == {"libgl1", "jackd2"}


def test_a_virtual_package_is_not_available(modules: Modules) -> None:
    text = (
        "libasound2:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n"
        "libasound2t64:\n  Installed: (none)\n  Candidate: 1.2.11-1\n  Version table:\n     1.2.11-1 500\n"
        "libgl1:\n  Installed: 1.6.0-1\n  Candidate: 1.6.0-1\n  Version table:\n"
    )
    assert modules.system_packages.parse_available(text) == {"libasound2t64", "libgl1"}


def test_who_may_install(modules: Modules) -> None:
    prefix = modules.system_packages.administrator_prefix
    assert prefix(is_root=True, has_sudo=True, has_terminal=True)[0] == "env"
    assert prefix(is_root=False, has_sudo=True, has_terminal=True)[:2] == ["sudo", "env"]
    assert prefix(is_root=False, has_sudo=True, has_terminal=False)[:2] == ["sudo", "-n"]
    assert prefix(is_root=False, has_sudo=False, has_terminal=True) is None


def test_without_rights_the_exact_command_is_named(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    system = modules.system_packages
    monkeypatch.setattr(system, "installed_packages", lambda _names: frozenset({"libgl1"}))
    monkeypatch.setattr(system, "available_packages", frozenset)
    monkeypatch.setattr(system, "administrator_prefix", lambda **_: None)
    with pytest.raises(system.SetupError, match=r"sudo apt-get install --no-install-recommends .*libegl1 .*libxcb"):
        system.install_on_debian("run")


def test_a_missing_soundfont_alone_stops_nobody(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    system = modules.system_packages
    monkeypatch.setattr(system, "installed_packages", lambda names: frozenset(names) - {"fluid-soundfont-gm"})
    monkeypatch.setattr(system, "available_packages", frozenset)
    monkeypatch.setattr(system, "administrator_prefix", lambda **_: None)
    system.install_on_debian("run")
    assert "sudo apt-get install --no-install-recommends fluid-soundfont-gm" in capsys.readouterr().out


def test_a_complete_system_is_left_alone(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    system = modules.system_packages
    monkeypatch.setattr(system, "installed_packages", frozenset)
    monkeypatch.setattr(system.subprocess, "run", lambda *_, **__: pytest.fail("something was started"))
    system.install_on_debian("test")


def test_every_package_is_named_before_it_is_installed(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    system = modules.system_packages
    printed_before: list[tuple[list[str], str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        printed_before.append((command, capsys.readouterr().out))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(system, "installed_packages", lambda _names: frozenset())
    monkeypatch.setattr(system, "available_packages", frozenset)
    monkeypatch.setattr(system.subprocess, "run", run)
    monkeypatch.setattr(system, "administrator_prefix", lambda **_: ["sudo"])
    system.install_on_debian("test")
    (refresh, _), (install, announced) = printed_before
    assert refresh[:2] == ["sudo", "apt-get"]
    assert "update" in refresh
    packages = install[install.index("--no-install-recommends") + 1 :]
    assert "jackd2" in packages
    assert all(f" {name}" in announced for name in packages)


def test_a_mac_without_homebrew_is_told_the_command(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    system = modules.system_packages
    monkeypatch.setattr(system.shutil, "which", lambda _name: None)
    monkeypatch.setattr(system.Path, "glob", lambda *_: iter(()))
    system.install_on_macos(find_library=lambda _name: None)
    said = capsys.readouterr().out
    assert "Homebrew is missing" in said
    assert "brew install fluid-synth" in said


def test_windows_is_told_what_to_install_only_while_it_lacks_it(modules: Modules) -> None:
    advice = modules.system_packages.windows_advice
    lacking = advice({"SystemDrive": "Q:"}, find_library=lambda _name: None)
    assert "choco install fluidsynth" in lacking
    assert "Q:" in lacking
    found = "libfluidsynth-3"
    assert advice({}, find_library=lambda name: "x.dll" if name == found else None) == ""


def test_a_linux_without_apt_is_told_the_libraries(modules: Modules) -> None:
    advice = modules.system_packages.linux_advice
    assert "libfluidsynth: sound" in advice(find_library=lambda _name: None)
    assert advice(find_library=lambda name: f"lib{name}.so") == ""


# The environment


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with nothing but the project file."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return tmp_path


def test_the_stamp_survives_writing_and_damage_reads_as_no_stamp(modules: Modules, clone: Path) -> None:
    environment = modules.environment
    stamp = environment.wanted_stamp(clone, ("training", "test"))
    environment.write_stamp(clone, stamp)
    assert environment.read_stamp(clone) == stamp
    for damage in ("", "[]", "{}", '{"pyproject": 1, "python": "", "root": "", "extras": 3}', "\x00"):
        (clone / environment.STAMP_NAME).write_text(damage, encoding="utf-8")
        assert environment.read_stamp(clone) is None


def test_what_makes_an_installation_needed_again(modules: Modules, clone: Path) -> None:
    environment = modules.environment
    everything = environment.wanted_stamp(clone, ("training", "test"))
    app = environment.wanted_stamp(clone, ())
    assert everything.covers(app)
    assert everything.covers(everything)
    assert not app.covers(everything)
    for change in ({"python": "3.10 linux"}, {"root": "/elsewhere"}, {"pyproject": "0"}):
        assert not replace(everything, **change).covers(app)
    (clone / "pyproject.toml").write_text("changed", encoding="utf-8")
    assert not everything.covers(environment.wanted_stamp(clone, ()))


def test_run_after_test_keeps_what_test_installed(modules: Modules, clone: Path) -> None:
    environment = modules.environment
    had = replace(environment.wanted_stamp(clone, ("training", "test")), pyproject="older")
    joined = had.joined(environment.wanted_stamp(clone, ()))
    assert joined == environment.wanted_stamp(clone, ("test", "training"))


def _fake_installation(modules: Modules, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> list[list[str]]:
    """Record what would be started; making an environment leaves an empty program where Python would be."""
    started: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        started.append(command)
        if "venv" in command:
            python = modules.environment.venv_program(Path(command[-1]), "python")
            python.parent.mkdir(parents=True)
            python.touch()
        return subprocess.CompletedProcess(command, 1 if fails and "pip" in command else 0)

    monkeypatch.setattr(modules.environment.subprocess, "run", run)
    return started


def test_a_second_installation_starts_nothing(modules: Modules, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUTTI_TORCH_INDEX", raising=False)
    started = _fake_installation(modules, monkeypatch)
    modules.environment.install_project(clone, ("test", "training"))
    assert [("venv" in command, "pip" in command) for command in started] == [(True, False), (False, True)]
    assert started[1][-2:] == ["-e", ".[test,training]"]
    started.clear()
    modules.environment.install_project(clone, ("test", "training"))
    modules.environment.install_project(clone, ())
    assert started == []


def test_an_interrupted_installation_is_taken_up_again(
    modules: Modules, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_installation(modules, monkeypatch, fails=True)
    with pytest.raises(modules.environment.SetupError):
        modules.environment.install_project(clone, ())
    started = _fake_installation(modules, monkeypatch)
    modules.environment.install_project(clone, ())
    assert len(started) == 1
    assert "pip" in started[0]


def test_an_environment_of_another_place_is_made_anew(
    modules: Modules, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = _fake_installation(modules, monkeypatch)
    modules.environment.install_project(clone, ())
    (clone / ".venv" / "leftover").touch()
    stamp = modules.environment.read_stamp(clone / ".venv")
    modules.environment.write_stamp(clone / ".venv", replace(stamp, root="/elsewhere"))
    started.clear()
    modules.environment.install_project(clone, ())
    assert len(started) == 2
    assert not (clone / ".venv" / "leftover").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(
    modules: Modules, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = _fake_installation(modules, monkeypatch)
    python = modules.environment.install_project(clone, ())
    python.unlink()
    python.parent.rmdir()
    started.clear()
    modules.environment.install_project(clone, ())
    assert ["venv" in command for command in started] == [True, False]


def test_torch_comes_first_and_alone_from_an_index_of_its_own(modules: Modules) -> None:
    environment = modules.environment
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    torch = environment.torch_requirement(project)
    assert torch == "torch==2.13.0"
    commands = environment.pip_commands(Path("py"), ("test", "training"), torch, "INDEX", quiet=True)
    assert commands[0][-3:] == ["--index-url", "INDEX", torch]
    assert "INDEX" not in commands[1]
    assert len(environment.pip_commands(Path("py"), ("test", "training"), torch, "", quiet=True)) == 1
    app_only = environment.pip_commands(Path("py"), (), torch, "INDEX", quiet=True)
    assert [command[-2:] for command in app_only] == [["-e", "."]]


def test_the_app_itself_never_asks_for_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    heavy = ("torch", "lightning", "music21")
    assert not [line for line in project["dependencies"] if line.startswith(heavy)]


def test_pretty_midi_is_fetched_only_where_there_is_no_soundfont(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = modules.environment
    place = tmp_path / "sounds"
    place.mkdir()
    assert not environment.has_soundfont(tmp_path / ".venv", [str(place)])
    (place / "Any.sf3").touch()
    assert environment.has_soundfont(tmp_path / ".venv", [str(place)])
    carried = tmp_path / ".venv" / "lib" / "site-packages" / "pretty_midi"
    carried.mkdir(parents=True)
    (carried / "TimGM6mb.sf2").touch()
    assert environment.has_soundfont(tmp_path / ".venv", [])

    started = []
    monkeypatch.setattr(environment, "has_soundfont", lambda _folder: False)
    monkeypatch.setattr(
        environment.subprocess,
        "run",
        lambda command, **_: started.append(command) or subprocess.CompletedProcess([], 0),
    )
    environment.ensure_soundfont(tmp_path, Path("py"))
    assert started[0][-2:] == ["--no-deps", "pretty_midi"]


# Starting things


def test_no_display_is_said_with_the_command_that_needs_none(modules: Modules) -> None:
    complaint = modules.commands.display_complaint
    said = complaint({"DISPLAY": ""}, "linux", Path(".venv/bin/tutti"))
    assert "no display" in said
    assert "tutti generate MELODY.mid" in said
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        assert complaint({name: "x"}, "linux", Path("tutti")) == ""
    assert complaint({}, "darwin", Path("tutti")) == complaint({}, "win32", Path("tutti")) == ""


def test_without_a_display_nothing_is_started(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = modules.commands
    monkeypatch.setattr(commands, "set_up", lambda *_, **__: Path("py"))
    monkeypatch.setattr(commands, "display_complaint", lambda *_: "no display")
    monkeypatch.setattr(commands.os, "execve", lambda *_: pytest.fail("the studio was started"))
    assert commands.run_studio([]) == 2


def test_the_studio_gets_the_arguments(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = modules.commands
    started = []
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr(commands, "set_up", lambda *_, **__: Path("py"))
    monkeypatch.setattr(commands.os, "execve", lambda program, command, _env: started.append((program, command)))
    commands.run_studio(["tune.tutti", "--x"])
    program, command = started[0]
    assert command == [program, "studio", "tune.tutti", "--x"]
    assert Path(program).stem == "tutti"


def test_checks_run_off_screen_unless_a_screen_was_asked_for(modules: Modules) -> None:
    environment = modules.commands.test_environment
    assert environment({}, require_devices=False) == {"QT_QPA_PLATFORM": "offscreen"}
    assert environment({"QT_QPA_PLATFORM": "xcb"}, require_devices=True) == {
        "QT_QPA_PLATFORM": "xcb",
        "TUTTI_REQUIRE_DEVICES": "1",
    }


@pytest.mark.parametrize("failing", ["ruff", "mypy", "pytest", None])
def test_one_failed_check_fails_the_command_after_all_have_run(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, failing: str | None
) -> None:
    commands = modules.commands
    started = []

    def run(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        started.append(command[2])
        return subprocess.CompletedProcess(command, 1 if command[2] == failing else 0)

    monkeypatch.setattr(commands, "set_up", lambda *_, **__: Path("py"))
    monkeypatch.setattr(commands.subprocess, "run", run)
    assert commands.run_tests(["-x"], require_devices=False) == (1 if failing else 0)
    assert {"ruff", "mypy", "pytest"} <= set(started)
    assert started[-1] == "pytest"


def test_mypy_is_given_every_module_of_the_bootstrap(modules: Modules) -> None:
    assert sorted(modules.commands.OWN_MODULES) == sorted(path.stem for path in FOLDER.glob("*.py"))


def test_benchmarks_are_found_by_file_and_an_unknown_one_lists_them(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "benchmarks").mkdir()
    for name in ("latency.py", "generation.py", "__init__.py", "_shared.py"):
        (tmp_path / "benchmarks" / name).touch()
    assert modules.commands.benchmark_names(tmp_path / "benchmarks") == ("generation", "latency")
    monkeypatch.setattr(modules.commands, "ROOT", tmp_path)
    assert modules.commands.run_benchmarks(["nothing"], []) == 1
    assert "generation, latency" in capsys.readouterr().err


def test_the_folder_never_hides_the_package_of_the_same_name() -> None:
    # pip, pytest and Fabric import a library called packaging; a folder without __init__.py gives way to it.
    assert not (FOLDER / "__init__.py").exists()
    import packaging.version

    assert Path(packaging.version.__file__).parent != FOLDER
