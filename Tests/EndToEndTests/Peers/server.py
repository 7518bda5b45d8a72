"""A real MCP server for the end-to-end tests: echo, a slow tool with progress, one to cancel.

Usage: server.py PORT STATE_FOLDER. Leaves a file in STATE_FOLDER for what happened to a call:
counting, counted, waiting, cancelled. A file `description` there is what echo says of itself.
"""

import pathlib
import sys

import anyio
import uvicorn
from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("peer", version="1.0")
state = pathlib.Path(sys.argv[2])


def description():
    told = state / "description"
    return told.read_text() if told.exists() else "Returns its argument."


@server.tool(description=description())
def echo(text: str) -> str:
    (state / "echoed").touch()
    return text


@server.tool()
async def count(steps: int, context: Context) -> str:
    """Reports progress for each step."""
    (state / "counting").touch()
    for step in range(1, steps + 1):
        await context.report_progress(step, steps, f"step {step}")
        await anyio.sleep(0.05)
    (state / "counted").touch()
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


uvicorn.run(server.streamable_http_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
