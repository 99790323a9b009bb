"""A corpus's tables are joined and cleaned; what could lead astray is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_training.data.manifest_csv import ManifestError, Row, rows_for

HEADING = (
    "corpus,file,genre,licence,tier,melody_track,melody_conf,tracks,has_drums,has_bass,bars,meter,windows8_4_4,"
    "split_hint,duplicate_of\n"
)


def manifest(folder: Path, *lines: str, heading: str = HEADING) -> Path:
    path = folder / "MANIFEST.csv"
    path.write_text(heading + "".join(line + "\n" for line in lines), encoding="utf-8", newline="")
    return path


def test_a_row_is_joined_with_the_index_of_its_folder(tmp_path: Path) -> None:
    path = manifest(tmp_path, "rock,rock/midi/a.mid,metal,BSD,green,5,high,12,1,1,96.0,4/4,7,validation,b.mid")
    (tmp_path / "rock").mkdir()
    (tmp_path / "rock" / "index.csv").write_text(
        "file,melody_name,bar_phase_hint_beats,doubled_tracks,alt_melody_tracks\na.mid,Gui\0tar,3,6=3 7=5,4 9\n",
        encoding="utf-8",
    )
    assert rows_for(path) == {
        "rock/midi/a.mid": Row(
            file="rock/midi/a.mid", corpus="rock", genre="metal", licence="BSD", tier="green", melody_track=5,
            melody_conf="high", metre="4/4", bars=96, duplicate_of="rock/midi/b.mid", bar_phase_hint_beats=3,
            doubled_tracks=((6, 3), (7, 5)), split_hint="valid", alt_melody_tracks=(4, 9),
        )
    }  # fmt: skip


def test_retimed_files_take_their_metre_from_the_new_index(tmp_path: Path) -> None:
    path = manifest(tmp_path, "pop,pop/midi/002.mid,pop,MIT,amber,0,given,3,0,0,,1/4,6,,")
    (tmp_path / "pop").mkdir()
    (tmp_path / "pop" / "index.csv").write_text("file,ts\n002.mid,1/4\n", encoding="utf-8")
    (tmp_path / "pop" / "aligned_index.csv").write_text("file,time_signature,bars\n002.mid,6/4,59.7\n", "utf-8")
    row = rows_for(path)["pop/midi/002.mid"]
    assert (row.metre, row.bars) == ("6/4", 60)


def test_few_columns_are_enough(tmp_path: Path) -> None:
    path = manifest(tmp_path, "a.mid", "sub/b.mid", heading="\ufefffile\n")
    assert rows_for(path) == {"a.mid": Row("a.mid"), "sub/b.mid": Row("sub/b.mid", corpus="sub")}


def test_an_index_about_something_else_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("name,price\nx,1\n", encoding="utf-8")
    assert list(rows_for(manifest(tmp_path, "a.mid", heading="file\n"))) == ["a.mid"]


@pytest.mark.parametrize("metre", ["", "0/4", "4", "4/4/4", "four", "444/4"])
def test_what_is_no_metre_is_not_known(tmp_path: Path, metre: str) -> None:
    assert rows_for(manifest(tmp_path, f"a.mid,{metre}", heading="file,meter\n"))["a.mid"].metre == ""


def test_the_first_metre_of_several_counts(tmp_path: Path) -> None:
    assert rows_for(manifest(tmp_path, "a.mid,4/4|2/4", heading="file,meter\n"))["a.mid"].metre == "4/4"


@pytest.mark.parametrize(
    "bad",
    ["../a.mid", "/etc/passwd", "a/../../b.mid", "C:/a.mid", "C:a.mid", "..\\a.mid", "a//b.mid", "./a.mid", "x\ty"],
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, bad: str) -> None:
    with pytest.raises(ManifestError, match=r"line 2, has the path .* only paths below"):
        rows_for(manifest(tmp_path, bad, heading="file\n"))
    with pytest.raises(ManifestError, match="only paths below"):
        rows_for(manifest(tmp_path, f"a.mid,{bad}", heading="file,duplicate_of\n"))


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "a.mid").write_bytes(b"")
    (inside / "there").symlink_to(outside)
    (inside / "fine.mid").write_bytes(b"")
    (inside / "a.mid").symlink_to(outside / "a.mid")
    assert list(rows_for(manifest(inside, "fine.mid", heading="file\n"))) == ["fine.mid"]
    for bad in ("there/a.mid", "a.mid"):
        with pytest.raises(ManifestError, match="a link that leads out"):
            rows_for(manifest(inside, "fine.mid", bad, heading="file\n"))


@pytest.mark.parametrize(
    ("heading", "line", "words"),
    [
        ("name\n", "a.mid", "no column `file`"),
        ("", "", "no column `file`"),
        ("file\n", "", "lists no files"),
        ("file,tier\n", ",green", "line 2, has no file name"),
        ("file,tier\n", "a.mid,blue", "line 2, has 'blue' as tier"),
        ("file,melody_track\n", "a.mid,-1", "'-1' as melody_track"),
        ("file,melody_track\n", "a.mid,99999999999", "as melody_track"),
        ("file,melody_track\n", "a.mid,²", "as melody_track"),
        ("file,doubled_tracks\n", "a.mid,1-2", "'1-2' as doubled_tracks"),
        ("file,bar_phase_hint_beats\n", "a.mid,1.5", "as bar_phase_hint_beats"),
        ("file,split_hint\n", "a.mid,mine", "as split_hint"),
        ("file\n", "a.mid\na.mid", "line 3, names 'a.mid' a second time"),
        ("file\n", 'a.mid\n"b', "broken CSV"),
        ("file\n", "x" * 2000, "only paths below"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, heading: str, line: str, words: str) -> None:
    with pytest.raises(ManifestError, match=words) as caught:
        rows_for(manifest(tmp_path, line, heading=heading))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_a_table_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        rows_for(tmp_path / "MANIFEST.csv")
    (tmp_path / "MANIFEST.csv").write_bytes(b"file\n\xff\xfe.mid\n")
    with pytest.raises(ManifestError, match="UTF-8"):
        rows_for(tmp_path / "MANIFEST.csv")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_gives_rows_inside_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = manifest(tmp_path_factory.getbasetemp(), text, heading="file,duplicate_of,melody_track\n")
    try:
        rows = rows_for(path)
    except ManifestError:
        return
    assert all((path.parent / file).resolve().is_relative_to(path.parent.resolve()) for file in rows)
