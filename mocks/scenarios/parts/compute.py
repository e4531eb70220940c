def make(world): pass
