def ask(*a, **k): raise NotImplementedError
def deciders(*a): raise NotImplementedError
grant = refuse = ask
