"""The life of cases at the county: their logs, and what people and clocks do to them."""
