"""Forms: JSON from outside read within bounds, the language of schemas, and the check of a form."""
