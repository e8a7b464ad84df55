"""Another user of the machine."""

from ftaction.edge.machine import Identity

NOBODY = Identity(65534, 65534)
