"""Pictures of every page of every site, over a full county of made-up data: ``make shots``."""
