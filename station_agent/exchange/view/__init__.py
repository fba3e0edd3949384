"""One exchange with the parent: its view of the store, in one part for each subject."""
