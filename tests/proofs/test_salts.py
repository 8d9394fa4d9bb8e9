"""Draws are set apart by names, so that a new kind of case moves no other."""

from pipelines.proofs.salts import salt


def test_a_salt_is_of_the_names_alone_and_the_same_everywhere():
    assert salt("track", "drift") == 147_484_722
    assert len({salt("track", "drift"), salt("track", "zigzag"), salt("lock", "drift"), salt("trackdrift")}) == 4
