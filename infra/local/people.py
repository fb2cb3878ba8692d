"""The people of a local stage: a name, a team and a first day for each user, the same at every run. Nobody is real."""

from collections.abc import Sequence
from datetime import date, timedelta

from ladder.domain.members.roster import RosterRow

TEAMS = ("Early shift", "Late shift", "Business desk")
NAMES = (
    "Amara Okafor", "Björn Lindqvist", "Chiara Romano", "Dilnoza Karimova", "Efua Mensah", "Farid Haddad",
    "Grace O'Connor", "Hiroshi Tanaka", "Ilse van den Berg", "João Figueiredo", "Kavita Nair", "Lukas Grünwald",
    "Mei-Ling Chen", "Noa Ben-David", "Oluwaseun Adeyemi", "Paulina Wójcik", "Quentin Lefèvre", "Ruth Goldstein",
    "Samir Al-Masri", "Thi Thu Nguyen", "Uxue Etxeberria", "Viktor Horvat", "Wanjiru Kamau", "Xochitl Ramírez",
    "Yusuf Demir", "Zuzana Nováková", "Anders Holm", "Beatriz Quispe", "Constantin Alexandru Papadopoulos-Freudenberg",
)  # fmt: skip
FIRST_HIRED, BETWEEN_HIRES = date(2014, 3, 3), timedelta(days=137)


def named_rows(users: Sequence[str]) -> list[RosterRow]:
    """Return a row of the roster for each user, in their order; where there are more than names, names come again."""
    return [
        RosterRow(
            user=user,
            name=NAMES[number % len(NAMES)],
            team=TEAMS[number % len(TEAMS)],
            hired_on=FIRST_HIRED + BETWEEN_HIRES * (number % len(NAMES)),
        )
        for number, user in enumerate(users)
    ]
