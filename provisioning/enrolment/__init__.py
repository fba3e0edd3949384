"""Who comes in: codes are checked, requests wait for a person where the policy says so."""
