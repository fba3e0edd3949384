"""What the clerks' desk keeps in the station's database: drafts, papers, slips, who did what."""
