"""Finds an item by what people call it: name, alias, pinyin, initials, department, code."""
