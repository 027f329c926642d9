"""The markup of charts is well formed, says what it shows and holds neither style nor foreign markup."""

from __future__ import annotations

import csv
import io
import re
import struct
from xml.etree import ElementTree

import pytest

from config import ROOT
from marketplace.values.localized import LANGUAGES
from marketplace.wording.charts import words
from marketplace.wording.charts.figures import Hidden
from marketplace.wording.charts.files import FORMATS, csv_file, png_file, svg_file
from marketplace.wording.charts.marks import PALETTE
from marketplace.wording.charts.svg import NAMESPACE, inline, standalone
from tests.wording.charts.samples import KINDS, NAMES, bars_of

SVG = f"{{{NAMESPACE}}}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_well_formed_and_say_what_they_show(kind: str, language: str) -> None:
    figure = KINDS[kind](language=language)
    seen = set()
    for name, drawing in figure.drawings:
        root = ElementTree.fromstring(inline(figure, drawing, name))
        assert root.get("role") == "img"
        title, desc = root.find("title"), root.find("desc")
        assert title is not None and desc is not None
        assert title.text == "Output & <use> by year" and desc.text == 'What "was" recorded'
        assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), desc.get("id"))
        assert root.get("viewBox", "").startswith("0 0 ")
        seen.add(title.get("id"))
        for each in root.iter():
            assert each.tag in {"svg", "title", "desc", "rect", "path", "circle", "text"}
            assert not {"style", "onclick", "href"} & set(each.keys())
            assert not re.search("#[0-9a-f]{3}", " ".join(each.attrib.values()))
    assert len(seen) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_files_carry_their_own_colours_and_no_style(kind: str, language: str) -> None:
    text = standalone(KINDS[kind](language=language))
    assert text is not None and "class=" not in text and "style=" not in text
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") in {"en", "zh-Hant-HK", "zh-Hans-CN"}
    colours = {value for each in root.iter() for name, value in each.items() if name in {"fill", "stroke"}}
    assert colours <= {"none", *PALETTE.values()}


def test_names_are_text_and_never_markup() -> None:
    figure = bars_of((5,))
    assert figure.wide is not None
    markup = inline(figure, figure.wide, "wide")
    assert NAMES[0] not in markup
    assert "Hong Kong &lt;b&gt;&amp; 0" in markup


def test_the_palette_is_that_of_the_style_sheet() -> None:
    tokens = (ROOT / "assets/styles/tokens.scss").read_text("utf-8").split("$dark:")[0]
    assert {name: dict(re.findall(r'"([\w-]+)": (#\w+)', tokens))[name] for name in PALETTE} == PALETTE
    sheet = (ROOT / "assets/styles/_charts.scss").read_text("utf-8")
    assert all(f'"{name}"' in sheet for name in PALETTE)


def test_a_png_has_its_signature_and_twice_the_size() -> None:
    figure = bars_of((5, 6))
    root = ElementTree.fromstring(standalone(figure) or "")
    content = png_file(figure)
    assert content is not None and content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == pytest.approx((2 * float(root.get("width", 0)), 2 * float(root.get("height", 0))), abs=2)


def test_a_csv_holds_plain_numbers_and_no_formula() -> None:
    figure = KINDS["lines"]()
    rows = list(csv.reader(io.StringIO(csv_file(figure).decode("utf-8-sig"))))
    assert rows[0] == ["Period", NAMES[0], NAMES[1], "'" + NAMES[2]]
    assert [row[1] for row in rows[1:]] == ["3", "12", "", "fewer than 5", "40.5", "7", "not published", "1200", "0"]


@pytest.mark.parametrize(
    ("language", "few"), [("en", "fewer than 5"), ("zh-Hant", "少於5"), ("zh-Hans", "少于5"), ("xx", "fewer than 5")]
)
def test_hidden_figures_are_words_in_each_language(language: str, few: str) -> None:
    assert words.shown(Hidden.FEW, language) == few
    assert words.shown(1234.5, language) == "1,234.5"
    assert words.shown(0.125, language, "percent") == "12.5%"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_recorded_is_a_sentence_and_no_picture(kind: str) -> None:
    figure = KINDS[kind](())
    assert figure.wide is None and figure.narrow is None
    assert figure.empty == words.EMPTY["en"]
    assert svg_file(figure) is None and png_file(figure) is None
    assert csv_file(figure).startswith(b"\xef\xbb\xbf")


def test_nothing_but_hidden_figures_is_said_to_be_so() -> None:
    figure = KINDS["lines"]((Hidden.FEW, Hidden.WITHHELD))
    assert figure.wide is None and figure.empty == words.ALL_HIDDEN["en"]
    assert [row[1] for row in figure.table.rows] == [Hidden.FEW, Hidden.WITHHELD]


def test_the_words_of_charts_hold_no_typed_space_between_scripts() -> None:
    odd = re.compile(r"[\u3400-\u9fff] [0-9A-Za-z]|[0-9A-Za-z%] [\u3400-\u9fff]")
    texts = [value for value in vars(words).values() if isinstance(value, dict) and set(value) == set(LANGUAGES)]
    assert len(texts) > 20
    assert not [text for each in (*texts, *words.HIDDEN.values()) for text in each.values() if odd.search(text)]


def test_every_format_names_its_kind() -> None:
    assert {ending: kind.content_type.split(";")[0] for ending, kind in FORMATS.items()} == {
        "svg": "image/svg+xml", "png": "image/png", "csv": "text/csv",
    }  # fmt: skip
