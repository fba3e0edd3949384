"""What a document says, and how it is drawn: facts, words, lines, font, PDF."""
