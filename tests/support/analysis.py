"""What the tests of the analytic methods share: the shipped numbers and the published data sets."""

from pathlib import Path

import pandas as pd

from domain.content.library import load_library

_DATA = Path(__file__).parents[1] / "data"
LIBRARY = load_library()
PARAMS = LIBRARY.analysis.versions[0]


def glp1_claims() -> "pd.Series[float]":
    """Claims of the class of the 242 prescribers of North Carolina (Medicare Part D 2023)."""
    lines = pd.read_csv(_DATA / "nc_glp1" / "nc_glp1_rx.csv")
    return lines.groupby("customer_id")["claims"].sum().astype(float)


def rfm_orders() -> pd.DataFrame:
    """The orders of the R package rfm, with our column names."""
    orders = pd.read_csv(_DATA / "rfm_orders" / "rfm_orders.csv")
    return orders.set_axis(["customer", "date", "amount"], axis="columns")


def cdnow_orders() -> pd.DataFrame:
    """The purchase log of CDNOW, with our column names."""
    log = pd.read_csv(_DATA / "cdnow" / "cdnowElog.csv")
    return pd.DataFrame(
        {
            "customer": log["sampleid"],
            "date": pd.to_datetime(log["date"].astype(str)),
            "amount": log["sales"],
            "cds": log["cds"],
        }
    )


def cdnow_summary() -> pd.DataFrame:
    """The published summary of each CDNOW customer to 1997-09-30."""
    return pd.read_csv(_DATA / "cdnow" / "cdnowSummary_cbs.csv").set_index("sampleid")
