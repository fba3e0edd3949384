"""The catalogue as tables: Excel or CSV, one sheet for each list; in both directions."""
