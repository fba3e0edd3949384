"""A bad line of our own making: rate, delay, loss, a short queue, and cuts."""
