"""What a store takes, and what it will: docs/explanation/scaling.md says how it is reckoned."""

from messagestore.capacity.forecast import SIZES, Forecast, forecast
from messagestore.capacity.layouts import Layout
from messagestore.capacity.measurement import Measurement, measure

__all__ = ["SIZES", "Forecast", "Layout", "Measurement", "forecast", "measure"]
