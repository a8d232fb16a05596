"""``[mcp]``: tool servers that speak the Model Context Protocol."""

from typing import Annotated, Literal

from msgspec import Struct, field

from aircher.config.quantities import Duration
from aircher.config.words import Url, doc


class McpServer(Struct, frozen=True, kw_only=True):
    """One server, ``[[mcp.servers]]`` with ``name``, or ``[mcp.servers.NAME]``."""

    command: Annotated[str, doc("Program to start (stdio).")] = ""
    args: Annotated[list[str], doc("Arguments of the program.")] = field(default_factory=list)
    url: Annotated[Url, doc("Address of the server (http, websocket).")] = ""
    transport: Annotated[Literal["stdio", "http", "websocket"], doc("How the server is reached.")] = "stdio"
    scope: Annotated[Literal["local", "project", "user"], doc("Whom the entry is meant for.")] = "local"
    env: Annotated[dict[str, str], doc("Variables that the program gets; never shown.")] = field(default_factory=dict)
    enabled: Annotated[bool, doc("Whether the server is used.")] = True


class McpPermissions(Struct, frozen=True, kw_only=True):
    """What tool servers may do unasked."""

    filesystem_allowed_paths: Annotated[list[str], doc("Folders that servers may touch.")] = field(
        default_factory=lambda: ["."]
    )
    filesystem_readonly_paths: Annotated[list[str], doc("Folders that servers may only read.")] = field(
        default_factory=lambda: [".git"]
    )
    require_confirmation: Annotated[list[str], doc("Actions that are always asked about.")] = field(
        default_factory=lambda: ["file_write", "file_delete", "git_push", "process_execute"]
    )


class Mcp(Struct, frozen=True, kw_only=True):
    """Tool servers."""

    timeout: Annotated[Duration, doc("How long a call may take.")] = Duration(30)
    debug: Annotated[bool, doc("Whether the servers' messages are logged.")] = False
    auto_restart: Annotated[bool, doc("Whether a server that ended is started again.")] = True
    registry_url: Annotated[Url, doc("Where `aircher mcp search` looks; empty = the official registry.")] = ""
    permissions: Annotated[McpPermissions, doc("What servers may do unasked.")] = McpPermissions()
    servers: Annotated[dict[str, McpServer], doc("The servers, by name.")] = field(default_factory=dict)
