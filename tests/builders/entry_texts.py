"""What an entry says to its member, as one text."""

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.ledger import Entry
from ladder.domain.programs.program import Program
from ladder.messages.render import paragraph


def said(program: Program | CompiledProgram, entry: Entry, language: str = "en") -> str:
    return paragraph(EntryTexts(program.rulebook, program.challenges).messages(entry), language)
