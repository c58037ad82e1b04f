"""The last wall of the desk: what a page could not foresee is told in the person's language; the trace is in the log alone."""

from core.errors import MajlisError
from desk import chrome, session
from desk.refusals import told
from desk.safe import show


def meet(error: Exception) -> bool:
    """Tell the person what happened, in words of ours. True: Streamlit, which has logged it, shows nothing of its own."""
    known = error if isinstance(error, MajlisError) else MajlisError()
    show(chrome.panel("bad", told(known, session.lang())))
    return True
