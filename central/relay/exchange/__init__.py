"""Exchanges with neighbours, as the relay's store sees them."""
