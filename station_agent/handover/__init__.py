"""What a clerk who leaves hands over to the others."""
