"""A picture's pixels as they are meant to be seen, without all that stood beside them: upright, in sRGB, clear where they were."""

from io import BytesIO

from PIL import Image, ImageCms, ImageOps

#: what a picture without a profile is taken to be, everywhere it goes
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
#: the kinds of picture a profile can be of
PROFILED = ("L", "RGB", "CMYK")


def meant(opened: Image.Image, longest: int = 0) -> Image.Image:
    """The picture upright and in sRGB, its sides not longer than `longest` (0: as they are). A colour that stood for nothing has
    become an alpha channel; of a palette it stays in `transparency`. A profile that can't be read, or belongs to another kind of
    picture, is as none. Raises whatever Pillow raises when the picture can't be read.
    """
    if "transparency" in opened.info and opened.mode in ("1", "L", "RGB"):
        opened = opened.convert("RGBA" if opened.mode == "RGB" else "LA")
    if longest:
        opened.thumbnail((longest, longest))
    return _in_srgb(ImageOps.exif_transpose(opened))


def encoded(picture: Image.Image, kind: str) -> bytes:
    """A file of it with nothing but pixels: no EXIF, XMP, text, profile."""
    clear = picture.info.get("transparency") if picture.mode in ("P", "I;16") else None
    picture.info = {}
    into = BytesIO()
    if kind == "JPEG":
        picture.convert("RGB").save(into, kind, quality=92, optimize=True)
    else:
        picture.save(into, kind, **({} if clear is None else {"transparency": clear}))
    return into.getvalue()


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = _profile(picture.info.get("icc_profile"))
    if profile is None:
        return picture
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    plain = picture.convert(picture.mode.removesuffix("A")) if alpha else picture
    if plain.mode not in PROFILED:
        return picture
    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    try:
        shown = ImageCms.profileToProfile(plain, profile, SRGB, intent, "RGB", flags=flags)
    except ImageCms.PyCMSError:  # as of a photograph, on a picture of greys
        return picture
    assert shown is not None  # None is for pictures changed in place
    if plain.mode == "L":
        shown = shown.convert("L")
    if alpha:
        shown.putalpha(alpha)
    return shown


def _profile(data: object) -> ImageCms.ImageCmsProfile | None:
    """The profile that says how its colours are to be read; None where they are sRGB already."""
    if not isinstance(data, bytes) or not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        described = ImageCms.getProfileDescription(profile)
    except (OSError, ImageCms.PyCMSError):
        return None
    return None if described.strip().startswith("sRGB") else profile
