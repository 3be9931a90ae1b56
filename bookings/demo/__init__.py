"""The demo center: five invented floors with four weeks behind them and four weeks ahead.

Everything is invented: people, partners, addresses, numbers. Every day is counted from the
day on which it is built, and the same chance is drawn each time, so that it looks alike.
"""
