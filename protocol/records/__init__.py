"""What a desk records of an application: how it was taken in, and what followed."""
