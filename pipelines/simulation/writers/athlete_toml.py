"""Writes athlete.toml: who the athlete is."""

from pipelines.simulation.roster import SQUAD, TIME_ZONE, Member


def athlete_card(member: Member) -> bytes:
    """The bytes of the file; it says that the athlete is simulated."""
    lines = (
        f'display_name = "{member.display_name}"',
        f'squad = "{SQUAD}"',
        f'time_zone = "{TIME_ZONE}"',
        f"birth_year = {member.birth_year}",
        f'sex = "{member.sex}"',
        f"heart_rate_max_bpm = {round(member.profile.max_bpm)}",
        f'background = "{member.background}"',
        "simulated = true",
    )
    return ("\n".join(lines) + "\n").encode()
