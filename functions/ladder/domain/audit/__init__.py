"""The audit: what was decided, by whom and why, chained so that no byte of it changes unnoticed.

records.py  an audit record, and the digest of a stored item
seal.py     batches of records, each batch bound to the one before, and the anchors that are kept of them
verify.py   the first link of a chain that does not hold

The shape of a stored item belongs to the domain here: each of its values is sealed as it is stored, to the byte.
"""
