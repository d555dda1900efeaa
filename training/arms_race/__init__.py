"""Attacker against defender, round after round: who wins at convergence?"""
