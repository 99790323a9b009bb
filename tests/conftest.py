"""What all tests share: on a machine that must have every device, a skipped device test is a failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REQUIRED = "TUTTI_REQUIRE_DEVICES"


class DeviceGuard:
    """Collects the device tests that were skipped and fails the run for them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # A test that is expected to fail is reported as skipped too; it ran.
        if report.skipped and "device" in report.keywords and not hasattr(report, "wasxfail"):
            self.skipped.append(f"{report.nodeid}: {_reason(report)}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # A file that skips itself while it is read takes its device tests with it unseen.
        path = self._root / report.nodeid
        if report.skipped and path.is_file() and "mark.device" in path.read_text(encoding="utf-8"):
            self.skipped.append(f"{report.nodeid}: {_reason(report)}")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.skipped and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section(f"{REQUIRED} is set, but these device tests were skipped", red=True)
            for line in self.skipped:
                terminalreporter.write_line(line)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def pytest_configure(config: pytest.Config) -> None:
    """Watch for skipped device tests where the environment says that every device is there."""
    if os.environ.get(REQUIRED):
        config.pluginmanager.register(DeviceGuard(config.rootpath), "tutti-device-guard")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two more tries for what runs against the clock: a shared machine drops audio periods for no fault of ours."""
    for item in items:
        if item.get_closest_marker("device"):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))
