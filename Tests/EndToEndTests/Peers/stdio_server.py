"""A real MCP server over standard input and output for the end-to-end tests.

Usage: stdio_server.py STATE_FOLDER. Leaves a file in STATE_FOLDER for what happened to a call
(waiting, cancelled) and one for each process (process-PID).
"""

import os
import pathlib
import sys

import anyio
from mcp.server.mcpserver import Context, MCPServer
from pydantic import BaseModel

server = MCPServer("child", version="1.0")
state = pathlib.Path(sys.argv[1])
(state / f"process-{os.getpid()}").touch()
print("the child is up \x1b[2J", file=sys.stderr, flush=True)


class Name(BaseModel):
    name: str


@server.tool()
def echo(text: str) -> str:
    """Returns its argument."""
    return text


@server.tool()
async def count(steps: int, context: Context) -> str:
    """Reports progress for each step."""
    for step in range(1, steps + 1):
        await context.report_progress(step, steps, f"step {step}")
        await anyio.sleep(0.05)
    return f"counted to {steps}"


@server.tool()
async def wait(context: Context) -> str:
    """Waits until it is cancelled, at most 30 s."""
    (state / "waiting").touch()
    try:
        await context.report_progress(0, 1, "waiting")
        await anyio.sleep(30)
    except anyio.get_cancelled_exc_class():
        (state / "cancelled").touch()
        raise
    return "never cancelled"


@server.tool()
async def greet(context: Context) -> str:
    """Asks the client for a name."""
    answer = await context.elicit("Who are you?", Name)
    return f"hello {answer.data.name}" if answer.action == "accept" else answer.action


server.run(transport="stdio")
