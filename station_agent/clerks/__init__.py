"""Who works at the desk: passwords that open the vault, and the record of what was opened."""
