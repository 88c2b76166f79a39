"""CommandLine: runs a command, and turns what it raises into a sentence and an exit code."""

import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode, exit_code_of
from messagestore.errors import MessageStoreError


class CommandLine(TyperGroup):
    """The root of all commands. A command returns an ExitCode, or None when it is done."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named; no traceback leaves here unless --debug asks for it."""
        try:
            code = super().invoke(ctx)
            output.flush()
        except BrokenPipeError:
            output.flush_or_discard()
            code = ExitCode.DONE  # the reader has seen enough (`| head`): nothing went wrong
        except (Exception, KeyboardInterrupt) as error:
            if _is_typers(error):
                raise
            code = report(error, debug=ctx.params.get("debug", False))
        raise typer.Exit(code or ExitCode.DONE)


def report(error: BaseException, *, debug: bool) -> ExitCode:
    """Say in one sentence what happened, and return what to exit with."""
    if debug:
        traceback.print_exception(error)
    code = exit_code_of(error)
    if code is not ExitCode.INTERRUPTED:
        output.complain(_sentence(error))
    output.flush_or_discard()
    return code


def _sentence(error: BaseException) -> str:
    if isinstance(error, MessageStoreError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'Writing the output'}: {error.strerror}"
    return (
        f"This should not have happened ({type(error).__name__}): run it again as "
        "`messagestore --debug …` and report what that shows."
    )


def _is_typers(error: BaseException) -> bool:
    """Whether Typer reports it: wrong usage, an exit, a question that was answered with no.

    These have no public root in all versions of Typer, but an exit code.
    """
    return isinstance(error, typer.Abort) or hasattr(error, "exit_code")
