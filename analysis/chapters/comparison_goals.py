"""The comparison's goals: the five frameworks in one matrix, all goals in one table, the target paths in one sentence."""


