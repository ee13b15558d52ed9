"""The comparison's goals: the five frameworks in one matrix, all goals in one table, the target paths in one sentence."""

import polars as pl

from analysis import charts, goals
from analysis.chapters import goals as chapter
from analysis.exhibits import Caption
from analysis.study import Study
