"""The API for department systems: JSON over HTTPS, by tokens of limited rights."""
