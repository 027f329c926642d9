"""Forms of an import: the file and how to read it, and where everything in it stands."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import ValidationError

from marketplace.web.forms.fields import in_words
from marketplace.web.forms.texts import ChoiceField


class UploadForm(FlaskForm):
    """A file of listings."""

    organisation = ChoiceField(_l("Organisation"))
    file = FileField(_l("File"))
    format = ChoiceField(_l("Format"))
    encoding = ChoiceField(_l("Encoding"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = [
            ("", _("found by looking")),
            ("uniquip", "UNIQUIP (CSV, XLSX)"),
            ("uniquip-2025", "UNIQUIP 2025 (CSV, XLSX)"),
            ("pidinst", "PIDINST 1.0 (XML, JSON)"),
        ]
        self.encoding.choices = [
            ("", _("UTF-8, found by looking")),
            ("gbk", "GBK / GB 18030"),
            ("big5", "Big5 (HKSCS)"),
            ("utf-16", "UTF-16"),
        ]

    def validate_file(self, field: Any) -> None:
        """A file has to be chosen."""
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(in_words("required"))


class ZoneForm(FlaskForm):
    """Where everything in the file stands."""

    zone = ChoiceField(_l("Zone for every row"))
