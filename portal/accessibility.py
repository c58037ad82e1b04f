"""What these pages do for people of determination, how that was checked, and what is not good enough yet: said to everybody."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from inbox.tongues import MORE, NAMES, review
from portal.pages import page

router = APIRouter(include_in_schema=False)

OFFERS = ("size", "contrast", "aloud", "voice", "keyboard", "pictures", "languages", "no_script")


@router.api_route("/accessibility", methods=["GET", "HEAD"])
def accessibility(request: Request) -> HTMLResponse:
    """The statement. It names the languages whose words no native reader has checked, for as long as that is so."""
    unchecked = [(code, NAMES[code]) for code in MORE if not review(code).by]
    return page(request, "accessibility.html", offers=OFFERS, unchecked=unchecked)
