"""Orders as read models, which the storefront, mails and the admin share."""

from mtc.orders.presenters.lines import below, key_actions, line_details, line_views, moment, money, path_of
from mtc.orders.presenters.orders import masked_address, order_view, row_view
from mtc.orders.presenters.read_models import (
    EventView,
    FileView,
    KeyActions,
    LineDetails,
    LineView,
    OrderLink,
    OrderRow,
    OrderView,
    StepView,
    TotalRow,
    TransferRow,
    TransferView,
    UnitView,
    WayToPay,
)
from mtc.orders.presenters.timeline import look_of, timeline_view

__all__ = [
    "EventView",
    "FileView",
    "KeyActions",
    "LineDetails",
    "LineView",
    "OrderLink",
    "OrderRow",
    "OrderView",
    "StepView",
    "TotalRow",
    "TransferRow",
    "TransferView",
    "UnitView",
    "WayToPay",
    "below",
    "key_actions",
    "line_details",
    "line_views",
    "look_of",
    "masked_address",
    "moment",
    "money",
    "order_view",
    "path_of",
    "row_view",
    "timeline_view",
]
