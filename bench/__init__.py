"""`make bench`: how fast the town is, beside how fast it could be, measured in one run on this machine.

`python -m bench` starts a town of its own in a folder that it deletes afterwards; see README.md for what is measured.
"""
