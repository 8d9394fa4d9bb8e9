"""The short way through stamped RR intervals ends where the long way ends."""

import numpy as np
import pytest

from pipelines.readers import stamped_rr
from pipelines.readers.hrv_logger import LAYOUT as WITH_OWN_CLOCK
from pipelines.readers.plain_stamps import plain_rows
from pipelines.readers.polar_sensor_logger import LAYOUT as WALL_ONLY

OWN_CLOCK = b"date,rr,since start\n2026-01-01 07:00:00.812,812,0\n2026-01-01 07:00:01.610,798.5,798\n"
WALL = b"Phone timestamp;RR-interval [ms]\n2026-01-01T07:00:00.812;812\n2026-01-01T07:00:01;798\n"


def columns_of(layout):
    return layout.rr_column, layout.wall_column, layout.elapsed_ms_column


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        (WITH_OWN_CLOCK, OWN_CLOCK),
        (WITH_OWN_CLOCK, OWN_CLOCK.replace(b"\n", b"\r\n")),
        (WITH_OWN_CLOCK, OWN_CLOCK.replace(b",", b", ")),
        (WITH_OWN_CLOCK, b"\xef\xbb\xbf" + OWN_CLOCK),
        (WALL_ONLY, WALL),
    ],
)
def test_whole_lines_read_as_line_by_line(source_of, monkeypatch, layout, text):
    source = source_of("rr.csv", text)

    short = plain_rows(source.path, delimiter=layout.delimiter, columns=columns_of(layout))
    taken, walls = stamped_rr._rows(source, layout)
    monkeypatch.setattr(stamped_rr, "plain_rows", lambda *_, **__: None)
    long, long_walls = stamped_rr._rows(source, layout)

    assert short is not None
    assert (taken.rr, taken.after_loss, taken.lost_lines) == (long.rr, long.after_loss, long.lost_lines)
    assert np.allclose(taken.stamp_array(), long.stamp_array(), rtol=0, atol=1e-6)
    assert walls == long_walls


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"date,rr,since start\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,800,\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,800\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,800,1,2\n",
        OWN_CLOCK + b"2026-02-30 07:00:02.410,800,1596\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410+01:00,800,1596\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,-800,1596\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,8e2,1596\n",
        OWN_CLOCK + b'"2026-01-01 07:00:02.410",800,1596\n',
        OWN_CLOCK + b"# a comment\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,8\xff0,1596\n",
        OWN_CLOCK + b"2026-01-01 07:00:02.410,8\x000,1596\n",
        OWN_CLOCK + b"\n2026-01-01 07:00:02.410,800,1596\n",
    ],
)
def test_any_other_file_is_left_to_the_long_way(tmp_path, text):
    file = tmp_path / "rr.csv"
    file.write_bytes(text)

    assert plain_rows(file, delimiter=",", columns=columns_of(WITH_OWN_CLOCK)) is None
