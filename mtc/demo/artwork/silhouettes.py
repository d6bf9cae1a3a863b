"""Silhouettes drawn by hand in a box of 100 by 100, placed with `put`."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

from mtc.demo.artwork.canvas import Canvas

CLOAK = ("M50 4c-9 0-14 7-14 16 0 4-8 8-12 20-6 17-10 38-13 58h78c-3-20-7-41-13-58-4-12-12-16-12-20 "
         "0-9-5-16-14-16z")  # fmt: skip
SWORD = "M48 0l4 0 3 8-2 56h10v5h-9v21q4 4 0 8h-8q-4-4 0-8v-21h-9v-5h10l-2-56z"
CASTLE = ("M4 100V62h6v-6h5v6h6V40h-4v-8h5v4h5v-4h5v4h5v-4h5v8h-3V24h-3v-7h4v3h4V8l6-8 0 8h10l-4 4 4 4h-10v4h4v-3h4v7h-3"
          "v28h6v-6h5v6h6V34h-4v-8h5v4h5v-4h5v4h5v-4h5v8h-4v26h6v-6h5v6h6v40z")  # fmt: skip
SHIP = ("M6 74h88q-6 18-18 22H26Q12 92 6 74zM47 8h3v62h-3zM28 20q16 20 17 44H18q12-20 10-44zM53 14q24 18 27 50H53z"
        "M72 30h2v40h-2z")  # fmt: skip
ROCKET = ("M50 0c14 12 20 32 18 54l14 16v18l-18-8-4 12H40l-4-12-18 8V70l14-16C30 32 36 12 50 0z"
          "M50 24a8 8 0 1 0 .1 0z")  # fmt: skip
CAR = ("M0 74q0-12 8-15l22-6 16-14q4-3 12-3h18q8 0 13 6l9 12q6 2 6 10v12q0 4-5 4h-8a11 11 0 0 0-22 0H34"
       "a11 11 0 0 0-22 0H5q-5 0-5-6zM23 72a8 8 0 1 0 .1 0zM80 72a8 8 0 1 0 .1 0z")  # fmt: skip
WEDGE = "M2 76l6-20 20-5 20-15h24l14 15 10 4 2 21-6 3H8zM30 51h42l-8-11H49z"
TRAIN = ("M0 88V48h26V30h-5v-6h36v6h-4v18h20v-8h4V20h-4v-6h18v6h-4v20h3q6 0 6 8v30l8 12H86a9 9 0 1 1-18 0h-6"
         "a9 9 0 1 1-18 0h-6a9 9 0 1 1-18 0zM32 34v12h14V34z")  # fmt: skip
KEY = ("M50 4a22 22 0 1 1-6 43V58h6v8h-6v8h8v8h-8v14h-9V47A22 22 0 0 1 50 4zM44 14a11 11 0 1 0 .1 0z")
RABBIT = ("M38 46C28 30 26 10 34 2c8 2 12 22 12 38h6C52 24 58 4 66 2c8 8 6 28-4 44 14 6 20 18 18 30-3 16-16 22-30 22"
          "S21 92 20 76c-1-12 5-24 18-30z")  # fmt: skip
KAIJU = ("M58 4l-8 6-4-4-2 9-9 3 5 7-13 9 13 1 4 9-10 6-13-9-3 6 13 15 9 2-6 20-8 3-6 11h20l6-15 8 1 2 14h22l-3-11-9-5"
         " 4-19c10 5 19 15 24 30 4-22-5-42-20-51l2-16c8-3 13-8 13-13z")  # fmt: skip
DRAGON = ("M0 64L9 55V61C20 64 30 62 40 55Q30 46 18 50 22 38 8 34 18 24 2 8 30 4 44 18L56 44 60 42Q62 22 68 14 80 2 98 2"
          " 84 10 88 20 78 20 78 30 70 30 66 44 74 44 80 34L75 23 84 30 82 21 90 31 100 36 98 39 90 39 95 43 86 44"
          "Q80 55 70 58L67 68 63 64 60 74 57 68 52 73 52 66Q40 70 26 68 14 68 9 65V71z")  # fmt: skip
DIVER = ("M20 60q4-18 24-20l14-6a10 10 0 1 1 8 12l-8 8 16 10-3 6-22-8-12 6-16 22-10-2 8-10-20 2 3-9 18-3z")
BALLOON = ("M50 0c24 0 38 18 38 38 0 18-16 30-26 42H38C28 68 12 56 12 38 12 18 26 0 50 0zM40 84h20v12q0 4-4 4H44q-4 0-4-4z")
SHROOM = "M50 10c28 0 42 20 44 36-8 8-80 8-88 0C8 30 22 10 50 10zM38 54q12 2 24 0 0 22 6 44H32q6-22 6-44z"
TREE = ("M46 100q4-22 0-36-12 4-20 0-14-2-14-15 0-9 8-12-2-14 12-18Q40 4 54 8q16-4 20 10 16 4 12 18 8 6 2 16-4 12-18 11"
        "-8 3-14 0-2 16 4 37z")  # fmt: skip
SUB = ("M10 58q0-16 18-18h14V26h-4v-6h20v20h14q18 2 20 18 10-10 8-14v28q2-4-8-14-2 16-20 18H28Q10 74 10 58z"
       "M34 50a7 7 0 1 0 .1 0zM54 50a7 7 0 1 0 .1 0z")  # fmt: skip
GHOST = "M50 6c22 0 34 16 34 38v50l-11-9-11 9-12-9-12 9-11-9-11 9V44C16 22 28 6 50 6zM38 34a7 8 0 1 0 .1 0zM62 34a7 8 0 1 0 .1 0z"
PLAYER = ("M54 4a9 9 0 1 1-.1 0zM40 26l20-3 10 16 16 4-2 7-19-4-6-8-2 20 14 14-4 26h-8l2-22-16-12-8 14-20 10-4-7 16-9 9-18"
          " 1-20-8 4-4 15-7-2 5-19z")  # fmt: skip
TOWER = "M30 100V40h-6V22h8v8h8v-8h8v-14h4v14h8v8h8v-8h8v18h-6v60z"
GEAR = ("M44 0h12l2 12 9 4 10-7 8 8-7 10 4 9 12 2v12l-12 2-4 9 7 10-8 8-10-7-9 4-2 12H44l-2-12-9-4-10 7-8-8 7-10-4-9-12-2"
        "V38l12-2 4-9-7-10 8-8 10 7 9-4zM50 28a16 16 0 1 0 .1 0z")  # fmt: skip
SHARD = "M50 0L72 34 62 100H38L28 34z"


def put(c: Canvas, shape: str, x: float, y: float, size: float, fill: str, *, turn: float = 0, flip: bool = False,
        stretch: float = 1, **more: object) -> None:  # fmt: skip
    """Place a silhouette: its bottom middle at x, y (fractions); size in pixels of its box's height."""
    s = size / 100
    across = -s * stretch if flip else s * stretch
    place = f"translate({c.w * x:.0f} {c.h * y:.0f})"
    spin = f"rotate({turn:g})" if turn else ""
    c.path(shape, fill, transform=f"{place}{spin}scale({across:.2f} {s:.2f})translate(-50 -100)",
           fill_rule="evenodd", **more)  # fmt: skip
