"""A real MCP client for the end-to-end tests; prints one JSON object a line.

Usage: client.py SCENARIO URL MODE [KEY]. MODE is `legacy` or a modern protocol version. In place of
a URL, a command as a JSON list is started and spoken to over its standard streams.
"""

import contextlib
import json
import sys

import anyio
import httpx2
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult

scenario, url, mode = sys.argv[1:4]
key = sys.argv[4] if len(sys.argv) > 4 else None


def say(**facts):
    print(json.dumps(facts), flush=True)


def text(result):
    return "".join(block.text for block in result.content if block.type == "text")


async def introduce(context, params):
    """Answers whatever a server asks."""
    return ElicitResult(action="accept", content={"name": "ann"})


@contextlib.asynccontextmanager
async def connected():
    if url.startswith("["):
        command, *arguments = json.loads(url)
        transport = stdio_client(StdioServerParameters(command=command, args=arguments))
        async with Client(transport, mode=mode, cache=None, elicitation_callback=introduce) as client:
            yield client
        return
    headers = {"X-API-Key": key} if key else {}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=mode, cache=None, elicitation_callback=introduce) as client:
            yield client


async def tools():
    """Lists the tools, calls echo and count, and shows each progress report as it arrives."""
    async with connected() as client:
        say(server=client.server_info.name if client.server_info else None)
        say(tools=sorted(tool.name for tool in (await client.list_tools()).tools))
        say(echo=text(await client.call_tool("echo", {"text": "hällo"})))

        async def progress(done, total, message):
            say(progress=done, at=anyio.current_time())

        result = await client.call_tool("count", {"steps": 4}, progress_callback=progress)
        say(count=text(result), at=anyio.current_time())


async def echo():
    """Lists the tools and calls echo; an error of it is told, not raised."""
    async with connected() as client:
        say(tools=sorted(tool.name for tool in (await client.list_tools()).tools))
        try:
            say(echo=text(await client.call_tool("echo", {"text": "hello"})))
        except Exception as error:
            say(failure=str(error))


async def cancel():
    """Starts a call that waits and gives it up once it is known to run."""
    async with connected() as client:
        started = anyio.Event()

        async def progress(done, total, message):
            started.set()

        with anyio.move_on_after(20) as scope:
            async with anyio.create_task_group() as group:

                async def give_up():
                    await started.wait()
                    scope.cancel()

                group.start_soon(give_up)
                await client.call_tool("wait", {}, progress_callback=progress)
        say(cancelled=scope.cancelled_caught)


async def greet():
    """Calls a tool that asks in return."""
    async with connected() as client:
        say(greeting=text(await client.call_tool("greet", {})))


async def builtin():
    """Calls every built-in tool of the gate."""
    async with connected() as client:
        say(server=client.server_info.name if client.server_info else None)
        names = sorted(tool.name for tool in (await client.list_tools()).tools)
        say(tools=names)
        for name in names:
            result = await client.call_tool(name, {})
            say(tool=name, error=bool(result.is_error), structured=result.structured_content)


async def load():
    """Calls echo until standard input closes; counts the answers and the failures."""
    async with connected() as client:
        done = failed = 0
        say(ready=True)
        deadline = anyio.current_time() + 20
        stop = anyio.Event()

        async def watch():
            await anyio.to_thread.run_sync(sys.stdin.read, abandon_on_cancel=True)
            stop.set()

        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            while not stop.is_set() and anyio.current_time() < deadline:
                try:
                    assert text(await client.call_tool("echo", {"text": str(done)})) == str(done)
                    done += 1
                except Exception as error:
                    failed += 1
                    say(failure=str(error))
                await anyio.sleep(0)
            group.cancel_scope.cancel()
        say(done=done, failed=failed)


anyio.run({"tools": tools, "echo": echo, "cancel": cancel, "builtin": builtin, "greet": greet, "load": load}[scenario])
