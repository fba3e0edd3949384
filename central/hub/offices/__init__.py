"""The office of a township: cases that its county has sealed for it, and what is done with them."""
