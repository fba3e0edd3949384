"""The telephone desk: how far an application has got, for whoever calls and knows its number."""
