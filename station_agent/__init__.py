"""The village PC: the encrypted queue, the exchange with the hub, and the desk for the clerk."""
