"""Credentials: a badge that a member takes along as an Open Badge, which anybody can verify.

rules.py        who issues, and which published skills a badge shows
issuer.py       the issuer's DID, its document and the names of its keys
achievement.py  what was achieved: a tier of a badge
credential.py   the credential, and the JWT that secures it
status_list.py  the list that says what was revoked
image.py        the badge as an image with its credential in it
"""
