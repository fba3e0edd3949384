"""Finding an item and taking an application in."""
