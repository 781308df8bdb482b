"""The compliance gate: what may be planned, advised or stored.

`rules` are data, `gate` applies them, `folding` sees through tricks of writing, `context` tells a refusal
from a deed. Nothing here is legal advice.
"""
