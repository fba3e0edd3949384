"""The servers: the township hub and the county centre, on one store-and-forward relay."""
