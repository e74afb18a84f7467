"""How well trained networks do on pictures that they have not seen: the papers' protocols, scores, pictures."""
