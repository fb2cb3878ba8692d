"""The systems that Ladder receives events from: a kind is a file with `verify`, `read` and `answer`, and a line here.

What a vendor's documentation leaves open is an option of the source; the kind's file documents it.
"""

from collections.abc import Mapping

from ladder.adapters.sources import absorb, cornerstone, docebo, hubspot, jira, standard, talentlms, xapi
from ladder.domain.activities.ports import Vendor
from ladder.domain.activities.source import SourceKind

SOURCES: Mapping[SourceKind, Vendor] = {
    "standard": standard,
    "cornerstone": cornerstone,
    "docebo": docebo,
    "absorb": absorb,
    "talentlms": talentlms,
    "xapi": xapi,
    "hubspot": hubspot,
    "jira": jira,
}
