"""Line and stick at the desk: what waits for what, exchanging now, and carrying by hand."""
