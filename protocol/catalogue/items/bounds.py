"""How many and how long: every bound of an item, with its unit and why it has this value."""

MAX_CODE_CHARS = 50  # of a code: the national case number has 43
MAX_NAME_CHARS = 100  # of an item or a material: what fits on a slip
MAX_LINE_CHARS = 200  # of one line of text
MAX_TEXT_CHARS = 2000  # of an answer, a clause or a procedure
MAX_ALIASES = 20  # names that people have for one item
MAX_CONDITIONS = 30  # of one item
MIN_QUESTIONS = 3  # before the form: fewer tell nobody apart
MAX_QUESTIONS = 5  # more, and nobody asks them
MAX_BASES = 20  # clauses that an item rests on
MAX_PAPERS = 40  # entries of an item's list of materials
MIN_MEMBERS = 2  # of a group: of one there is nothing to choose
MAX_MEMBERS = 10  # of a group
MAX_NODES = 30  # of a flow: the longest real ones have 12
MAX_SPECIAL = 10  # special procedures of one item
MAX_ANSWERS = 30  # questions and answers of one item
MAX_EXAMPLES = 10  # example applications of one item: each is checked at each publishing
MAX_PUBLIC_FIELDS = 20  # that a notice shows
MAX_PAGES = 10  # of one material
MAX_FAULTS = 20  # usual faults of one material, to tick
MAX_COPIES = 10  # of one material
MAX_LIBRARY = 1000  # materials of a county: the sample has 80
MAX_LOCAL = 1000  # places that narrow what the county offers: townships, and villages
