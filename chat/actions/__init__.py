"""Every change of state. Actions check permission, write in one transaction and announce on commit."""
