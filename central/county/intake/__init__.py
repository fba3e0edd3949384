"""Intake: opens what stations send, opens cases through casework, and answers with receipts."""
