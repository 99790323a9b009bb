"""A skipped device test passes on a desk and fails where every device must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
SKIPPED_TEST = """
    import pytest

    @pytest.mark.device
    @pytest.mark.skipif(True, reason="no jackd here")
    def test_sound(): ...

    @pytest.mark.skip(reason="not a device test")
    def test_other(): ...

    def test_plain(): ...
"""
SKIPPED_FILE = """
    import pytest

    pytest.skip("no jackd here", allow_module_level=True)

    @pytest.mark.device
    def test_sound(): ...
"""
EXPECTED_FAILURE = """
    import pytest

    @pytest.mark.device
    @pytest.mark.xfail(reason="known")
    def test_sound():
        raise AssertionError
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project with our conftest, without the plugins that take seconds to load."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = device: needs a device\n")
    return pytester


@pytest.mark.parametrize("source", [SKIPPED_TEST, SKIPPED_FILE])
def test_a_skipped_device_test_fails_the_run_only_where_devices_are_required(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    suite.makepyfile(source)
    other = suite.makepyfile(test_another="def test_runs(): ...")
    monkeypatch.delenv("TUTTI_REQUIRE_DEVICES", raising=False)
    assert suite.inline_run().ret == pytest.ExitCode.OK
    monkeypatch.setenv("TUTTI_REQUIRE_DEVICES", "1")
    result = suite.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*device tests were skipped*", "*no jackd here*"])
    assert suite.inline_run(other).ret == pytest.ExitCode.OK


def test_an_expected_failure_ran_and_is_no_skip(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.makepyfile(EXPECTED_FAILURE)
    monkeypatch.setenv("TUTTI_REQUIRE_DEVICES", "1")
    assert suite.inline_run().ret == pytest.ExitCode.OK
