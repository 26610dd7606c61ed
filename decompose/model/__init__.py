"""The values that travel between stages: frozen, slotted, standard library only."""
