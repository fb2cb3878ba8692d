"""Lists that come in pages: `{"entities", "pageNumber", "pageSize", "pageCount"}`."""

from ladder.adapters.wem.answers import parse
from ladder.adapters.wem.payloads import Entity, Page
from ladder.adapters.wem.transport import Request, Transport
from ladder.domain.errors import Unavailable

PAGE_SIZE = 100


def listed[E: Entity](transport: Transport, path: str, page: type[Page[E]], **query: str) -> list[E]:
    """Every entity once, in the platform's order.

    A page that only repeats what came before means that the list is not whole: Unavailable, rather than half a list
    taken for all of it, or reading on for ever.
    """
    found: dict[str, E] = {}
    number = pages = 1
    while number <= pages:
        asked = Request(method="GET", path=path, query={**query, "pageNumber": str(number), "pageSize": str(PAGE_SIZE)})
        answer = parse(page, transport.call(asked))
        fresh = {entity.key: entity for entity in answer.entities if entity.key not in found}
        if not answer.entities:
            break  # the list has shrunk since the page before
        if not fresh:
            raise Unavailable(f"{asked}: page {number} repeats what came before")
        found |= fresh
        number, pages = number + 1, answer.page_count
    return list(found.values())
