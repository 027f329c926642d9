"""`make bench`: load a large and a small set once, measure, print each ratio; exit 1 if one breaks its limit."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console

from bench import booking, inserting, permits, reading, spillovers
from bench.results import Figure, keep, show
from bench.stand import Stand, address_of, clock, fill, opened, serving, wait_for_mails
from marketplace.database import Database
from marketplace.embedded import EmbeddedPostgres

RESULTS = Path(__file__).resolve().parent / "results"
SMALL = (200, 10_000)
LOADING = 240  # seconds, of the largest set
console = Console(stderr=True)


@click.command()
@click.option("--facilities", default=5000, show_default=True, help="Units of the large set, one per facility.")
@click.option("--bookings", default=1_000_000, show_default=True, help="Bookings of the large set.")
@click.option("--seconds", default=10.0, show_default=True, help="How long each rate is measured.")
@click.option("--port", default=8106, show_default=True, help="Where the server listens meanwhile.")
def main(facilities: int, bookings: int, seconds: float, port: int) -> None:
    """Measure everything at one size; the sets are kept for the next run of the same size."""
    stand = Stand(RESULTS / f"instance-{facilities}-{bookings}", port)
    stand.instance.mkdir(parents=True, exist_ok=True)
    took = fill(stand, {"large": (facilities, bookings), "small": SMALL}, _progress)
    figures: list[Figure] = []
    if "large" in took:
        figures.append(Figure(name=f"loading {bookings:,} bookings", value=took["large"], unit="s", limit=LOADING))
    with serving(stand) as first_start:
        pass
    figures.append(Figure(name="first start to first page", value=first_start, unit="s"))
    with serving(stand) as second_start:
        figures.append(Figure(name="second start to first page", value=second_start, unit="s", limit=5))
        url = EmbeddedPostgres.running_url(stand.folder)
        if url is None:
            raise click.ClickException("the embedded server is not running")
        with opened(url) as large, opened(address_of(url, "small")) as small:
            wait_for_mails(url)
            figures += _readers(stand, large, small)
            figures += _bookings(stand, url, large, seconds)
            figures += _permits(large)
    figures += _spillovers(Stand(RESULTS / "instance-collaborations", port))
    show(figures)
    path = keep(figures, RESULTS, f"{clock():%Y%m%dT%H%M%S}-{facilities}-{bookings}")
    click.echo(f"Kept as {path}", err=True)
    sys.exit(0 if all(figure.kept for figure in figures) else 1)


def _bookings(stand: Stand, url: str, large: Database, seconds: float) -> list[Figure]:
    console.print("Raw inserts and bookings by eight clients")
    raw = {table: inserting.insert_rate(url, table, seconds) for table in ("claims", "bookings")}
    booked, said = booking.book_rate(stand, large, seconds)
    # Against the faster of the two tables, which is the harder measure.
    ratio = booked / max(raw.values())
    heard = ", ".join(f"{number} x {status}" for status, number in sorted(said.items()))
    return [
        *(Figure(name=f"raw inserts into {table}", value=rate, unit="/s") for table, rate in raw.items()),
        Figure(name="bookings over HTTP", value=booked, unit="/s", note=heard),
        Figure(name="bookings over raw inserts", value=ratio, limit=1 / 45, aim=1 / 20, least=True),
    ]


def _readers(stand: Stand, large: Database, small: Database) -> list[Figure]:
    console.print("Free time and searches")
    week, empty = reading.week_over_empty(stand, large)
    slot, found = reading.slot_search(large), reading.text_search(large, reading.common_word(large))
    begins, anew = reading.startable_search(large)
    few, many = reading.equal_words(small, large)
    here, there = reading.text_search(large, many), reading.text_search(small, few)
    slot_here, slot_there = reading.slot_search(large, many), reading.slot_search(small, few)
    text_ratio, slot_ratio = here.database / there.database, slot_here.database / slot_there.database
    return [
        Figure(name="a unit's week of free time, p50", value=week, unit="ms"),
        Figure(name="an empty request, p50", value=empty, unit="ms"),
        Figure(name="a week over an empty request", value=week / empty, limit=15),
        Figure(name="free units for a slot, p50", value=slot.whole, unit="ms", limit=30, aim=10, note=_matches(slot)),
        Figure(
            name="text search with facets, p50", value=found.whole, unit="ms", limit=30, aim=10, note=_matches(found)
        ),
        Figure(
            name="what may lawfully begin by a day, p50", value=begins.whole, unit="ms", limit=50, note=_matches(begins)
        ),
        Figure(name="the same with every plan made anew, p50", value=anew.whole, unit="ms"),
        Figure(name="text: database time, large over small", value=text_ratio, limit=1.5, note=_matches(here, there)),
        Figure(
            name="slot: database time, large over small",
            value=slot_ratio,
            limit=1.5,
            note=_matches(slot_here, slot_there),
        ),
    ]


def _permits(large: Database) -> list[Figure]:
    console.print("Permit plans")
    cost = permits.costs(large)
    return [
        Figure(name="a permit plan of 20 flows, CPU", value=cost.twenty, unit="ms", limit=5),
        Figure(name="a plan of 40 flows over one of 20", value=cost.forty / cost.twenty, limit=2.5),
        Figure(name="a plan by all rules over one by every second", value=cost.twenty / cost.half, limit=2.5),
        Figure(name="a plan with its questions over one with none", value=cost.unknown / cost.twenty, limit=20),
    ]


def _spillovers(stand: Stand) -> list[Figure]:
    console.print("Figures of collaborations")
    spillovers.filled(stand, _progress)
    # Without a server: its worker would measure every organisation meanwhile.
    with EmbeddedPostgres.start(stand.folder) as alone, opened(alone.url) as database:
        zone = spillovers.largest_zone(database)
        run, whole = spillovers.measured(alone.url, zone), spillovers.measured(alone.url, "platform")
        same = spillovers.rebuilt(database, zone)
    with serving(stand):
        url = EmbeddedPostgres.running_url(stand.folder)
        if url is None:
            raise click.ClickException("the embedded server is not running")
        with opened(url) as database:
            spillovers.quiet(database)
            read = spillovers.stored(stand, database)
    seconds, pairs, asked = spillovers.growth()
    return [
        Figure(name=f"all figures of {zone} and a year", value=run.seconds, unit="s", limit=20, note=run.shares),
        Figure(name="memory of that", value=run.memory, unit="MiB", limit=1024),
        Figure(name="all figures of the whole platform", value=whole.seconds, unit="s", note=whole.shares),
        Figure(name="memory of that, platform", value=whole.memory, unit="MiB", limit=1024),
        Figure(name="a snapshot built anew is the same", value=float(same), limit=1, least=True),
        *_stored(read),
        Figure(name="Jaffe for twice the organisations, over its pairs", value=seconds / pairs, limit=2),
        Figure(name="500 requested Mahalanobis pairs of 2,000", value=asked, unit="s", limit=2),
    ]


def _stored(read: Mapping[str, tuple[float, str]]) -> list[Figure]:
    """Each reading of stored figures over an empty request."""
    empty = read["an empty request"][0]
    return [
        Figure(name=f"{name} over an empty request", value=took / empty, limit=15, note=broken or f"p50 {took:.1f} ms")
        for name, (took, broken) in read.items()
        if took is not empty
    ]


def _matches(*timings: reading.Timing) -> str:
    return ", ".join(f"{timing.matches} found in {timing.whole:.1f} ms" for timing in timings)


def _progress(what: str, done: int, of: int) -> None:
    if done == of or (of and done % max(of // 10, 1) < max(of // 50, 1)):
        console.print(f"{what}: {done:,} of {of:,}")


if __name__ == "__main__":
    main()
