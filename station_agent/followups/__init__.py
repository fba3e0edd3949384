"""What follows an application, and letters: sealed for the county like the application itself."""
