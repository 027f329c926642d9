"""Refusals carry every reason, as data."""

import pytest

from marketplace.values.refusal import FieldError, Invalid, NotFound, Refusal, Refused, StateForbids, demand


def test_refused_keeps_every_reason_in_order():
    error = Refused([Refusal("too_late", {"hours": 2}), Refusal("no_training")])
    assert error.codes == ("too_late", "no_training")
    assert error.reasons[0].as_json() == {"code": "too_late", "details": {"hours": 2}}


def test_demand_raises_only_when_there_is_a_reason():
    demand([])
    with pytest.raises(Refused) as caught:
        demand(iter([Refusal("a"), Refusal("b")]))
    assert caught.value.codes == ("a", "b")


def test_invalid_names_field_and_rule():
    error = Invalid([FieldError("name.en", "max_length", "max_length", {"max": 3})])
    assert str(error) == "name.en: max_length"
    assert Invalid.one("mail", "format", got="x").errors == (FieldError("mail", "format", "format", {"got": "x"}),)


def test_reasons_can_be_gathered_in_sets():
    assert len({Refusal("a", {"n": 1}), Refusal("a", {"n": 1}), Refusal("b")}) == 2


def test_not_found_is_a_lookup_error_and_a_state_tells_itself():
    assert issubclass(NotFound, LookupError)
    assert StateForbids("cancelled", "approve").state == "cancelled"
