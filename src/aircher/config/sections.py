"""Every area of the configuration, typed, with unit, default and one sentence a key.

Invariant: a section built without arguments is the documented default. What a value means for the program is the
business of whoever reads it; here is only what may be written.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from aircher.config.quantities import Duration, Size
from aircher.config.rules import RuleTable
from aircher.config.sections_context import ContextManagement
from aircher.config.sections_interface import Interface
from aircher.config.sections_mcp import Mcp
from aircher.config.sections_providers import Providers
from aircher.config.words import Natural, PathText, Positive, Ratio, Url, Usd, VariableName, doc
from aircher.domain.levels import Mode

RuleItem: TypeAlias = Annotated[
    str | RuleTable,
    Meta(
        extra={"allowed": 'a rule such as "read(docs/**)", or a table { rule = "…", expires, reason, allows, refuses }'}
    ),
]


class Project(Struct, frozen=True, kw_only=True):
    """The project Aircher stands in."""

    name: Annotated[str, doc("Name of the project; empty = that of its folder.", planned=True)] = ""
    path: Annotated[PathText, doc("Folder of the project; empty = found from the working directory.")] = ""
    type: Annotated[str, doc("Kind of project, such as `python`; empty = told from its files.", planned=True)] = ""


class Lifecycle(Struct, frozen=True, kw_only=True):
    """How long things are kept."""

    file_version_retention_days: Annotated[Natural, doc("Days for which sessions can be undone.", unit="days")] = 30
    file_version_max_count: Annotated[Natural, doc("Old contents kept of a file.", unit="versions")] = 50
    conversation_archive_days: Annotated[
        Natural, doc("Age at which conversations are archived.", unit="days", planned=True)
    ] = 90
    conversation_max_per_project: Annotated[
        Natural, doc("Most conversations kept of a project; 0 = all.", unit="conversations", planned=True)
    ] = 0


class Storage(Struct, frozen=True, kw_only=True):
    """The databases."""

    data_dir: Annotated[
        PathText,
        doc(
            "Folder of the databases; a relative path is inside the project; empty = the user's data folder. Where "
            "databases of the Go program lie there, its subfolder `v2` is used and they stay as they are."
        ),
    ] = ""
    max_db_size: Annotated[Size, doc("Size of a database above which `doctor` warns.")] = Size(1024**3)
    backup_enabled: Annotated[bool, doc("Whether a copy is made before a migration.", planned=True)] = True
    lifecycle: Annotated[Lifecycle, doc("How long things are kept.")] = Lifecycle()


class CommandLimits(Struct, frozen=True, kw_only=True):
    """How much a command may use; 0 = as much as Aircher itself."""

    cpu: Annotated[Duration, doc("CPU time of each process.")] = Duration(3_600)
    memory: Annotated[Size, doc("Private memory of each process.")] = Size(8 * 1024**3)
    processes: Annotated[Natural, doc("Processes and threads, all together; does not bind root.", unit="processes")] = (
        4_096
    )
    file_size: Annotated[Size, doc("Size of each file that is written.")] = Size(8 * 1024**3)


class Security(Struct, frozen=True, kw_only=True):
    """What may happen unasked."""

    require_confirmation: Annotated[
        list[str],
        doc(
            "What is asked about whatever `allow` says, in words of the Go program: `file_write`, `file_delete`, "
            "`git_push`, `process_execute` (programs that may do anything)."
        ),
    ] = field(default_factory=list)
    mode: Annotated[Mode, doc("Permission mode that a session starts with.")] = "ask"
    allow: Annotated[
        list[RuleItem], doc("Rules, `Tool(pattern)`, of what passes unasked. Every layer adds its own.")
    ] = field(default_factory=list)
    ask: Annotated[list[RuleItem], doc("Rules of what is asked about; beats `allow`. Every layer adds its own.")] = (
        field(default_factory=list)
    )
    deny: Annotated[
        list[RuleItem], doc("Rules of what is refused; beats `ask` and `allow`. Every layer adds its own.")
    ] = field(default_factory=list)
    mask_secrets: Annotated[bool, doc("Whether secrets in the output of tools are hidden from the model.")] = True
    sandbox_mode: Annotated[
        Literal["auto", "off", "require"],
        doc("Sandbox of child processes; `require` runs nothing without one."),
    ] = "auto"
    environment: Annotated[
        list[VariableName], doc("Further variables that commands get; never those whose names say that they hold keys.")
    ] = field(default_factory=list)
    limits: Annotated[CommandLimits, doc("How much a command may use.")] = CommandLimits()
    max_file_size: Annotated[Size, doc("Larger files are neither read nor indexed.", planned=True)] = Size(10 * 1024**2)
    allowed_extensions: Annotated[
        list[str], doc("File name endings that may be written; empty = all.", planned=True)
    ] = field(default_factory=list)


class Costs(Struct, frozen=True, kw_only=True):
    """What may be spent, all sessions of this machine together. A call that would go beyond a limit is not made."""

    monthly_budget: Annotated[Usd, doc("Most to spend in a month; 0 = no limit.", unit="USD")] = 100.0
    daily_limit: Annotated[Usd, doc("Most to spend in a day; 0 = no limit.", unit="USD")] = 10.0
    alert_threshold: Annotated[Ratio, doc("Share of a limit at which a warning is shown; 0 = never.")] = 0.8
    track_by_provider: Annotated[
        bool, doc("Whether `aircher usage` shows what every provider cost today, not only those with a limit.")
    ] = True
    show_cost_warnings: Annotated[bool, doc("Whether warnings about cost are shown.")] = True
    limits: Annotated[dict[str, Usd], doc("Most to spend in a day, by provider; 0 = no limit.", unit="USD")] = field(
        default_factory=dict
    )


class Search(Struct, frozen=True, kw_only=True):
    """Searches of the web."""

    enabled: Annotated[bool, doc("Whether the web may be searched.")] = True
    auto_search: Annotated[
        bool, doc("Whether a prompt that asks for fresh facts is searched for unasked.", planned=True)
    ] = False
    providers: Annotated[
        list[Literal["brave", "duckduckgo", "custom"]], doc("Search engines, in the order they are tried.")
    ] = field(default_factory=lambda: ["brave", "duckduckgo"])
    brave_api_key_env: Annotated[VariableName, doc("Name of the variable that holds Brave's key.")] = "BRAVE_API_KEY"
    custom_url: Annotated[
        Url,
        doc("Address of a search engine of one's own; `{query}` stands for the words, `{count}` for how many results."),
    ] = ""
    max_results: Annotated[Positive, doc("Most results of a search.", unit="results")] = 5
    cache_duration: Annotated[Duration, doc("How long a result is used again.")] = Duration(3_600)
    show_search_status: Annotated[bool, doc("Whether a running search is shown.", planned=True)] = True


class Memory(Struct, frozen=True, kw_only=True):
    """What is remembered of the project."""

    project_file: Annotated[PathText, doc("File of the project's memory, relative to its root.")] = "AGENTS.md"
    auto_save_decisions: Annotated[bool, doc("Whether decisions are kept.", planned=True)] = True
    sync_interval: Annotated[Duration, doc("How often the file is looked at for changes.", planned=True)] = Duration(30)
    instant_memory_prefix: Annotated[
        Annotated[str, Meta(min_length=1, max_length=4)], doc("Sign that adds a line to the memory.", planned=True)
    ] = "#"


class Logging(Struct, frozen=True, kw_only=True):
    """The program's own log."""

    level: Annotated[Literal["debug", "info", "warning", "error"], doc("Least serious entries that are kept.")] = "info"
    max_size: Annotated[Size, doc("Size at which a new file is begun.")] = Size(5 * 1024**2)
    keep_files: Annotated[Positive, doc("How many older files are kept.", unit="files")] = 5


class Settings(Struct, frozen=True, kw_only=True):
    """The whole configuration."""

    project: Annotated[Project, doc("The project.")] = Project()
    interface: Annotated[Interface, doc("Looks and keys.")] = Interface()
    providers: Annotated[Providers, doc("Models' servers.")] = field(default_factory=Providers)
    context_management: Annotated[ContextManagement, doc("What the model gets to see.", planned=True)] = field(
        default_factory=ContextManagement
    )
    search: Annotated[Search, doc("Searches of the web.")] = field(default_factory=Search)
    memory: Annotated[Memory, doc("What is remembered of the project.")] = Memory()
    costs: Annotated[Costs, doc("What may be spent.")] = field(default_factory=Costs)
    mcp: Annotated[Mcp, doc("Tool servers.", planned=True)] = field(default_factory=Mcp)
    security: Annotated[Security, doc("What may happen unasked.")] = field(default_factory=Security)
    storage: Annotated[Storage, doc("The databases.")] = Storage()
    logging: Annotated[Logging, doc("The program's own log.")] = Logging()
