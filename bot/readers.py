"""What reads people's sentences, made when it is first needed: compiling its patterns takes two seconds."""

from collections.abc import Mapping
from threading import Lock

from domain.understanding.interpreter import Interpreter
from domain.understanding.lexicon import LexiconFile
from domain.understanding.reports import ReportReader


class Readers:
    """The readers of questions and of reports of visits. May be asked from several threads at once."""

    def __init__(self, lexicons: Mapping[str, LexiconFile]) -> None:
        self._lexicons = lexicons
        self._lock = Lock()
        self._made: tuple[Interpreter, ReportReader] | None = None

    @property
    def interpreter(self) -> Interpreter:
        """What finds out what is asked for."""
        return self.make()[0]

    @property
    def reports(self) -> ReportReader:
        """What reads the report of a visit."""
        return self.make()[1]

    def make(self) -> tuple[Interpreter, ReportReader]:
        """Make both, if nobody has yet: two seconds in which this thread does nothing else."""
        with self._lock:
            if self._made is None:
                self._made = Interpreter(self._lexicons), ReportReader(self._lexicons)
            return self._made
