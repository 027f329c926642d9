"""Forms of loggers' files: the file, and its text on the way from the preview to the deed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField

from marketplace.operations.rules.logger_files import MOST_BYTES
from marketplace.values.refusal import Invalid


class LoggerFileForm(FlaskForm):
    """A file, or the text of one that was looked at."""

    file = FileField(_l("File"))
    name = HiddenField()
    text = HiddenField()

    def told(self) -> tuple[str, str]:
        """The file's name and text. Raises Invalid for none, one that is too large, or one that is no UTF-8 text."""
        chosen = self.file.data
        if not getattr(chosen, "filename", ""):
            raise Invalid.one("file", "required")
        content = chosen.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Invalid.one("file", "logger_too_large", kilobytes=MOST_BYTES // 1000)
        try:
            return str(chosen.filename), content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid.one("file", "logger_not_text") from None
