"""Options that commands of several modules have."""

from typing import Annotated

import typer

AsObject = Annotated[bool, typer.Option("--json", help="Write one JSON object.")]
AsAccount = Annotated[bool, typer.Option("--json", help="Write the account as one JSON object.")]
