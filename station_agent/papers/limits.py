"""Limits on a page that somebody brings: each with its unit and its reason."""

MIB = 1024 * 1024
MAX_SOURCE_BYTES = 30 * MIB  # of a file as it is brought: a telephone's best photo has 20
MAX_PIXELS = 50_000_000  # before a picture is unpacked: telephones take 48 million
MAX_PDF_PAGES = 50  # of one PDF: a long contract
MAX_PDF_OBJECTS = 20_000  # that are looked at: a scanned page has five
MAX_PDF_STREAM_BYTES = 32 * MIB  # unpacked, of what is no picture: a whole Chinese font has 20
CHILD_S = 20.0  # for one page on a PC of 2012; then its process is ended
CHILD_BYTES = 768 * MIB  # of its memory, where the system can bound it
MAX_PAGES = 30  # of one application: as many attachments as it may have
MAX_EDGE = 2339  # pixels of the longer edge: A4 at 200 dpi, where the catalogue says nothing
"""What is not larger is not made larger."""
