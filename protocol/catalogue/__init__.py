"""Items, materials and forms, and the check of an application against its item."""
