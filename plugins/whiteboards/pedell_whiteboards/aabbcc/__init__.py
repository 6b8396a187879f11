"""Panels whose frames begin with AA BB CC: Clevertouch, Prowise, iiyama TE xx68, NovoTouch."""
