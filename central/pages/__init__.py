"""What console and board share beside the web kit: composition, opening, words of states."""
