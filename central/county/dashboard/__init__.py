"""How the county stands, at one look: what came, what waits, what is lost, who is silent."""
