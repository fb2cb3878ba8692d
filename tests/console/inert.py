"""Texts that would do something if a page took them for more than text, and the check that it does not."""

import re

from tests.console.visit import Visit

OWN = (
    "<script>document.title = 'run'</script>",
    "<img src=x onerror=\"document.title = 'run'\">",
    "\"><svg onload=document.title='run'>",
    "javascript:document.title='run'",
    "<a href=\"javascript:document.title='run'\">here</a>",
    "</script><script src=https://elsewhere.example/x.js></script>",
    "<iframe srcdoc=\"<script>parent.document.title='run'</script>\"></iframe>",
    "<style>body { display: none }</style>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "<base href=https://elsewhere.example/>",
    "<form action=https://elsewhere.example><button>Sign in</button></form>",
    "{{constructor.constructor('document.title=1')()}} ${document.title='run'}",
    "\u202eesrever dna \u0000\u0008 \ufeff zero\u200bwidth",
    "&lt;b&gt;twice escaped&lt;/b&gt; &amp; &#x3C;script&#x3E;",
    "A" * 900,
)
ADDRESS = re.compile(r"https?://[^/]+")


def assert_inert(visited: Visit, shown: list[str]) -> None:
    """The page shows exactly these texts, has no element but its own, and asked nobody but its own address."""
    page = visited.page
    text = re.sub(r"\s+", " ", page.evaluate("document.body.textContent"))
    for each in shown:
        assert re.sub(r"\s+", " ", each).strip() in text
    assert page.title().endswith("· Ladder")
    assert page.locator("main :is(script, iframe, img, form, style, base, meta, object, embed)").count() == 0
    assert page.evaluate("[...document.links].every((link) => link.origin === location.origin)")
    assert {ADDRESS.match(request)[0] for request in visited.requests} == {ADDRESS.match(visited.site.address)[0]}  # type: ignore[index]
