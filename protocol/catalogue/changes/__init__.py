"""What changes from one release to the next: in words, by class, and on which day it counts."""
