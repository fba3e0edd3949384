"""After handing in: papers that follow, corrections, withdrawals, and what a stuck item needs."""
