"""The audit: what was decided, by whom and why, chained so that no byte of it changes unnoticed.

records.py  every kind of record there is, on one screen
digest.py   what an item's digest is taken over
seal.py     batches of records, each batch bound to the one before
anchor.py   what is kept of a seal where nobody can rewrite it
verify.py   the first link that does not hold

An item's shape is the domain's here: what is sealed is the item as it is stored, to the byte.
"""
