"""What nodes say of themselves, signed: health, notices, where a station is."""
