"""The sentences of the product: a catalogue a language, which a browser can read, too, and what turns codes into text.

`en.json` and `de.json` hold ICU message patterns by code, and the plural rules, numbers, dates and names of weekdays
and months of their language. Another language is another file.
"""
