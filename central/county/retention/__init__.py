"""How long personal data is kept, and erasing it on demand, wherever the county holds it."""
