"""Inputs of the metrics that no worked case holds, with what they come to."""

from __future__ import annotations

from typing import Any

from tests.spillovers.cases import cases


def outcome(number: int, beneficiaries: str, level: int | None, status: str = "confirmed") -> dict[str, Any]:
    """An outcome that U provided for and F used."""
    told = {"id": number, "providers": ["U"], "users": ["F"], "beneficiaries": beneficiaries.split()}
    return told | {"level": level, "status": status}


OWN: dict[str, tuple[dict[str, Any], Any]] = {
    "use.cn.online_rate": ({"eligible": ["A", "B", "C", "C"], "on_platform": ["B", "C", "X"]}, 2 / 3),
    "out.patent.families": (next(case for case in cases() if case.name == "C06").inputs, 4),
    "out.contract.active": (
        {
            "from": "2025-08-01",
            "to": "2026-08-01",
            "contracts": [
                {"id": "over", "start": "2024-01-01", "end": "2025-07-31"},
                {"id": "last day", "start": "2024-01-01", "end": "2025-08-01"},
                {"id": "running", "start": "2026-07-31", "end": None},
                {"id": "running", "start": "2026-07-31", "end": None},
                {"id": "next year", "start": "2026-08-01"},
                {"id": "unknown", "end": "2026-01-01"},
            ],
        },
        2,
    ),
    "out.income.received": (
        {
            "from": "2026-01-01",
            "to": "2027-01-01",
            "currency": "HKD",
            "receipts": [
                {"id": 1, "amount": "0.10", "currency": "HKD", "received": "2026-01-01", "price_year": 2025},
                {"id": 2, "amount": 0.2, "currency": "HKD", "received": "2026-12-31", "price_year": 2025},
                {"id": 2, "amount": 0.2, "currency": "HKD", "received": "2026-12-31", "price_year": 2025},
                {"id": 3, "amount": 50, "currency": "HKD", "received": "2027-01-01", "price_year": 2025},
                {"id": 4, "amount": 70, "currency": "HKD", "received": None, "price_year": 2025},
            ],
        },
        0.3,
    ),
    "out.spinoff.active3": ({"months_event": [[12, 1], [40, 0], [20, 0], [60, 0]]}, 0.75),
    "out.response_rate": (
        {
            "asked": [
                {"id": "a", "answer": "confirmed"},
                {"id": "b", "answer": "nothing_to_report"},
                {"id": "c", "answer": None},
                {"id": "d"},
            ]
        },
        0.5,
    ),
    "spill.market": (
        {
            "years": [2025, 2026],
            "flows": {"F": [10, 0], "G": [0, 8], "H": [5, 5]},
            "delta": 0.5,
            "divisor": 0.5,
            "industries": ["chips", "drugs"],
            "sales": {"F": {"chips": 3, "drugs": 4}, "G": {"chips": 10}, "H": {"drugs": 2}, "Q": {}},
        },
        {"F": 0.6 * 8 + 0.8 * 10, "G": 0.6 * 10, "H": 0.8 * 10, "Q": None},
    ),
    "spill.third_party": (
        {
            "outcomes": [
                outcome(1, "F T", 2),
                outcome(1, "F T", 2),
                outcome(2, "U", 4),
                outcome(3, "T", 1),
                outcome(4, "T", 3, "disputed"),
                outcome(5, "T", 3, "withdrawn"),
                outcome(6, "T", None),
            ]
        },
        1,
    ),
}

OUTCOMES = [
    {"row": 1, "type": "publication", "places": ["HQ"], "organisations": ["a", "b"]},
    {"row": 2, "type": "publication", "places": ["HQ", "HT"], "organisations": ["a", "c"]},
    {"row": 3, "type": "hire", "places": [], "organisations": []},
]


def pictured() -> dict[str, dict[str, Any]]:
    """Inputs of the metrics that only pictures are drawn from; what they come to stands with their own tests."""
    sharing = next(case.inputs for case in cases() if case.name == "C10")
    seen = next(case.inputs for case in cases() if case.name == "C07")["months_event"]
    rows = [{"id": at, "months": months, "event": over, "cohort": "2023"} for at, (months, over) in enumerate(seen)]
    staying = {"months_event": rows}
    return {
        "flow.matrix": sharing,
        "net.ties": sharing,
        "ret.curve": staying,
        "lag.curve": staying,
        "out.matrix": {"rows": OUTCOMES},
    }


def examples() -> dict[str, dict[str, Any]]:
    """For every metric that is computed, inputs that it takes."""
    own = {name: inputs for name, (inputs, _) in OWN.items()}
    return {case.metric: case.inputs for case in cases()} | own | pictured()
