"""How good the answers are: scoring, the question sets, the stock recipe as a baseline, speed, and the ablation."""
