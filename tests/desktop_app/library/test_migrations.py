from __future__ import annotations

import pytest

from desktop_app.library.fields import LibraryError
from desktop_app.library.migrations import FORMAT_VERSION, MIGRATIONS, migrated

TABLE = {
    1: lambda data: {**data, "second": True},
    2: lambda data: {**data, "third": data["second"]},
}


def test_migrations_run_in_order_from_any_version() -> None:
    assert migrated({"format_version": 1}, 3, TABLE) == {"format_version": 3, "second": True, "third": True}
    assert migrated({"format_version": 2, "second": 5}, 3, TABLE) == {"format_version": 3, "second": 5, "third": 5}
    assert migrated({"format_version": 3}, 3, TABLE) == {"format_version": 3}


def test_every_older_version_has_a_way_to_the_present_one() -> None:
    assert set(MIGRATIONS) == set(range(1, FORMAT_VERSION))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"format_version": 4}, "newer Tutti"),
        ({"format_version": 0}, "which project format"),
        ({"format_version": True}, "which project format"),
        ({"format_version": "1"}, "which project format"),
        ({}, "which project format"),
    ],
)
def test_other_versions_are_refused(data: dict[str, object], words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        migrated(data, 3, TABLE)


def test_a_gap_in_the_table_is_told() -> None:
    with pytest.raises(LibraryError, match="too old"):
        migrated({"format_version": 1}, 3, {2: TABLE[2]})


def test_takes_of_the_third_format_were_whole_bands_and_no_track_was_locked() -> None:
    old = {"format_version": 3, "score": {"tracks": [{"name": "Bass"}]}, "takes": [{"tracks": [{"name": "Bass"}]}]}
    new = migrated(old, 4)
    assert new["score"]["tracks"] == [{"name": "Bass", "locked": False}]
    (take,) = new["takes"]
    assert take["tracks"] == [{"name": "Bass", "locked": False}]
    assert take["wish"] == {"verb": "band", "roles": None, "bars": None, "share": 1.0}
    assert migrated({"format_version": 3, "takes": 5}, 4)["takes"] == 5  # is refused when it is read


def test_takes_of_the_sixth_format_had_rhythms_of_their_own() -> None:
    old = {"format_version": 6, "takes": [{"wish": {"verb": "redo", "roles": None, "bars": None, "share": 1.0}}, 3]}
    first, odd = migrated(old, 7)["takes"]
    assert first["wish"]["keeps_rhythm"] is False
    assert odd == 3
