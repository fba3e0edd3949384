"""What leaves for the village: documents, results and posters of a case."""
