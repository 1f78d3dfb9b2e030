"""Puts the message process of surveys together: carries its events out and takes those of cases in."""

from chassis.worker import build_worker
from services.surveys.consumes import consumer

app = build_worker("surveys", consumer=consumer)
