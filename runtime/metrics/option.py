"""``--metrics`` of a program that runs."""

import click

metrics_option = click.option(
    "--metrics", default="", help="Serve /metrics, /healthz, /readyz at 127.0.0.1:PORT."
)
