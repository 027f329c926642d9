"""What crosses a boundary for a use, ticked and not written: as the lists of facts that rules ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, RadioField, SelectField
from wtforms.validators import Optional

from marketplace.permits.rules.travellers import MOST_TRAVELLERS, PERSON, TRAVELS
from marketplace.web.forms.fields import text

# Each box, the list whose entry it makes, and the field that says who sends; None: nothing is sent.
TICKS: Final[Mapping[str, tuple[str, str | None]]] = {
    "data": ("data_flows", "data_by"),
    "goods": ("goods_flows", "goods_by"),
    "people": ("people_flows", "people_by"),
    "technology": ("technology_flows", "technology_by"),
    "chemicals": ("chemicals", None),
    "results": ("results", None),
}
SENDERS: Final = {"user": ("user",), "host": ("host",), "both": ("user", "host")}
WITH_EXPORTER: Final = frozenset({"data_flows", "goods_flows"})


class CrossingForm(FlaskForm):
    """How the facility is used and what crosses a boundary for it."""

    mode = SelectField(_l("How I use it"), validate_choice=False)
    activity = SelectField(_l("Regulated activity"), validate_choice=False)
    data = BooleanField(_l("Data leave or come"))
    data_by = SelectField(_l("Who sends the data"), validate_choice=False)
    goods = BooleanField(_l("Goods or samples are sent or carried"))
    goods_by = SelectField(_l("Who sends the goods"), validate_choice=False)
    people = BooleanField(_l("People travel"))
    people_by = SelectField(_l("Who travels"), validate_choice=False)
    # One field for each person: the id of a member; empty for whoever books, or where nobody need say who it is.
    travellers = FieldList(SelectField(_l("Person"), validate_choice=False), min_entries=1, max_entries=MOST_TRAVELLERS)
    offered_people: Sequence[tuple[str, str]] = ()
    technology = BooleanField(_l("Technology is handed over"))
    technology_by = SelectField(_l("Who hands the technology over"), validate_choice=False)
    chemicals = BooleanField(_l("Chemicals of the host are used"))
    results = BooleanField(_l("Results are used elsewhere"))

    def offer_crossing(self, choices: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Name what may be chosen, by the names of the facts."""
        self.mode.choices = list(choices["mode"])
        self.activity.choices = list(choices["activity_class"])
        for _list, by in TICKS.values():
            if by:
                self[by].choices = _senders(by)

    def offer_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Name who may travel; nobody, where it need not be said."""
        self.offered_people = people
        for field in self.travellers:
            field.choices = list(people)

    @property
    def team(self) -> list[str]:
        """Who travels, one after the other; somebody who is not offered is nobody that is known."""
        offered = {value for value, _name in self.offered_people}
        return [text(field) if text(field) in offered else "" for field in self.travellers]

    def set_team(self, people: Sequence[str]) -> None:
        """Let other people travel."""
        self.travellers.process(None, list(people))
        self.offer_people(self.offered_people)

    def crossing(self, ends: Mapping[str, str], day: str | None) -> dict[str, Any]:
        """The lists of what crosses between the two `ends` ("host", "user") on a day: nothing is unknown of what was
        not ticked."""
        lists = {name: list(self._entries(box, name, ends, day)) for box, (name, _by) in TICKS.items()}
        return {"mode": self._chosen("mode"), "activity_class": self._chosen("activity"), **lists}

    def _chosen(self, name: str) -> str:
        """What is chosen, the first of the choices where nothing was sent."""
        offered = [str(choice[0]) for choice in self[name].choices or ()]
        return text(self[name]) if text(self[name]) in offered else offered[0] if offered else ""

    def _entries(self, box: str, name: str, ends: Mapping[str, str], day: str | None) -> Iterable[dict[str, Any]]:
        if not self[box].data:
            return
        by, dated = TICKS[box][1], {"date": day} if day else {}
        if by is None:
            yield dict(dated) if name == "chemicals" else {}
            return
        for sender in SENDERS.get(text(self[by]), ("user",)):
            other = "host" if sender == "user" else "user"
            exporter = {"exporter": sender} if name in WITH_EXPORTER else {}
            for each in self.team if name == TRAVELS else ("",):
                named = {PERSON: each} if each and sender == "user" else {}
                yield {"from": ends[sender], "to": ends[other], **dated, **exporter, **named}


class StatingForm(CrossingForm):
    """Whether anything crosses at all, and what."""

    crosses = RadioField(_l("Does anything cross a boundary?"), [Optional()], validate_choice=False)

    def offer_crossing(self, choices: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Name what may be chosen, by the names of the facts."""
        super().offer_crossing(choices)
        self.crosses.choices = [
            ("yes", str(_l("Yes: data, goods, people or technology, or the work is regulated"))),
            ("no", str(_l("No, nothing of the kind"))),
        ]


def _senders(by: str) -> list[tuple[str, str]]:
    named = [("user", str(_l("my side"))), ("host", str(_l("the host's side")))]
    return [*named, ("both", str(_l("both sides")))] if by in ("data_by", "technology_by") else named
