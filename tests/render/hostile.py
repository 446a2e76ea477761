"""Titles as somebody unkind would write them."""

from hypothesis import strategies as st

ESC = "\x1b"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>'",
    "{{ 7 * 7 }} {% raw %}",
    f"{ESC}[31mred{ESC}[0m {ESC}]8;;https://evil.example{ESC}\\click{ESC}]8;;{ESC}\\ \x9b2J",
    "[bold red]markup[/] [link=https://evil.example]x[/link] :smile:",
    "left \u202eright\u2066 to\u2069 left\u200f",
    "zero\u200bwidth\ufeff\u00ad\u2060",
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\nATTENDEE:mailto:x@example.com",
    "tab\tand\x00nul\x0bvt\x85nel\u2028line\u2029para",
    "語" * 60,
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪 family ☕️",
    "Z" + "\u0301" * 500 + "algo",
    "x" * 10_000,
    "שלום עולם",
    "",
    " \u200b ",
    "a,b;c\\d:e",
)

titles = st.sampled_from(HOSTILE) | st.text(max_size=40) | st.lists(st.sampled_from(HOSTILE)).map("".join)
FORBIDDEN = set(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2060\ufeff\u00ad\u2028\u2029"
)


def unseen(text: str) -> set[str]:
    """The characters of a text that steer or hide; a line end is none."""
    return {c for c in text if (c != "\n" and (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0)) or c in FORBIDDEN}
