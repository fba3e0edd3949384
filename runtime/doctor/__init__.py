"""What is most often wrong with a node: looked for without a change, said with what to do."""
