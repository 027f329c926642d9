"""Which tests run: the long ones when asked for, and none skipped where that is forbidden."""

from __future__ import annotations

import pytest

ABSENT_DATA = "../shared/data is absent"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options, which `make test FULL=1 STRICT=1` sets."""
    parser.addoption("--full", action="store_true", help="also run the tests marked `full`")
    parser.addoption("--no-skips", action="store_true", help="fail where a test was skipped that could run here")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests out unless they were asked for."""
    if config.getoption("--full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that was told to skip nothing and did."""
    if _unwanted(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was skipped against the rule."""
    for report in _unwanted(config):
        terminalreporter.write_line(f"SKIPPED AGAINST THE RULE {report.nodeid}", red=True)


def _unwanted(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not config.getoption("--no-skips"):
        return []
    return [report for report in reporter.stats.get("skipped", []) if ABSENT_DATA not in str(report.longrepr)]
