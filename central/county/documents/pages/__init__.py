"""Documents on the console: the PDF of one, and what each template would make."""
