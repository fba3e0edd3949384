"""What nodes say of themselves, kept and passed up."""
