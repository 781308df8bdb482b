"""Every expert case in `cases/*.yaml` is a test of its own name, and fails with a sentence."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from domain.content.reading import ContentErrors
from tests.support.cases import Case, CaseFailedError, read_cases


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.parent.name == "cases" and file_path.suffix == ".yaml":
        return _CaseFile.from_parent(parent, path=file_path)
    return None


class _CaseFile(pytest.File):
    def collect(self) -> Iterable[pytest.Item]:
        for case in read_cases(self.path):
            yield _CaseItem.from_parent(self, name=case.name, case=case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        return (
            str(excinfo.value) if isinstance(excinfo.value, ContentErrors) else super().repr_failure(excinfo)
        )


class _CaseItem(pytest.Item):
    def __init__(self, *, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self._case = case

    def runtest(self) -> None:
        self._case.check()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        failed = isinstance(excinfo.value, CaseFailedError)
        return str(excinfo.value) if failed else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name
