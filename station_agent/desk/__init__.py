"""The clerk's desk: pages on 127.0.0.1, served by the agent.

Nothing here is imported before the agent is ready; what commands need stands in ``calls``,
``door`` and ``port``.
"""
