"""Owns what the two judges, or a judge and an edit, do not agree on until somebody decides.
Must not know how any of it is computed.

Each is by the edit's name. What is agreed on again must be taken off: it fails until it is.
"""

# The verdict is better than what the edit leaves room for: the edit's name, and why.
TOO_GOOD = {}
# The edit's name; what a number's name begins with, and why it differs.
NUMBERS = {}
