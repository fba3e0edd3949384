"""Commands of the county and of a hub, as an administrator types them."""
