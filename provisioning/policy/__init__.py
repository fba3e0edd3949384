"""What a county's administrator allows, as data: ``DATA/authority/policy.toml``.

A *validator* looks at what is asked and refuses it (roles, parents, children, codes). A *modifier*
fills in what was not said (a station's parent). An *enforcer* is applied always: by the authority
itself, or by every node once the rules stand on the roster (suites, lifetimes, quotas).

Every key may be missing. Nothing here changes what the root or the roster's format allow.

Source: docs/operations.md, "Policy"; docs/adr/0020-rules-on-the-roster.md.
"""

from provisioning.policy.model import FILE, Policy

__all__ = ["FILE", "Policy"]
