"""What a session acts with: its tools, the policy that judges them, and what surrounds every call.

Everything heavy, such as sandbox, audit trail and checkpoints, comes to be with the first call that needs it.
"""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import Any

from aircher.app.kept_rules import KeptRules
from aircher.app.lazy_audit import LazyAudit
from aircher.app.options import SessionOptions
from aircher.app.project_search import IndexSearch
from aircher.app.sandboxing import Confiner, put_back_warning
from aircher.app.seldom_told import SeldomTold
from aircher.app.undo import session_checkpoints
from aircher.config import Config
from aircher.config.databases import DatabasePaths
from aircher.domain.ids import SessionId
from aircher.domain.records import dataclass
from aircher.domain.tools import Tool
from aircher.engine.approvals import Approvals
from aircher.engine.desk import Desk
from aircher.engine.masking import unmasked
from aircher.engine.tool_call import Safeguards
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.trail import Trail
from aircher.permissions.commands import Setting
from aircher.permissions.load import load_policy, session_places
from aircher.support.clock import SystemClock
from aircher.support.paths import user_paths
from aircher.support.redaction import Redactor
from aircher.support.secret import Secret
from aircher.tools.discovery import built_in_tools
from aircher.tools.web_ports import SearchSettings, WebAccess
from aircher.tools.workbench import Workbench
from aircher.workspace.checkpoints.local import LocalCheckpoints
from aircher.workspace.files import LocalFiles
from aircher.workspace.git import GitRepository
from aircher.workspace.jobs import Jobs
from aircher.workspace.listing import FolderListing
from aircher.workspace.local import LocalWorkspace
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.process import Processes
from aircher.workspace.seen import SeenFiles
from aircher.workspace.text_search import LocalTextSearch


@dataclass(frozen=True, kw_only=True)
class Hands:
    """Makes one session's tools and what surrounds them; what has to be closed is left with ``stack``.

    Attributes:
        secrets: Values that must reach neither a model nor a file.
        log: Where the end of the audit trail is noted; ``None`` = there is no log.
    """

    config: Config
    options: SessionOptions
    environ: Mapping[str, str]
    paths: DatabasePaths
    session_id: SessionId
    secrets: Sequence[str]
    note: Callable[[str], None]
    stack: AsyncExitStack
    log: logging.Logger | None = None

    async def tool_runner(self, *, has_tools: bool) -> ToolRunner:
        """Return what runs the session's tool calls.

        Raises:
            ConfigError: A rule is wrong.
            PermissionRefused: The mode needs a sandbox, and none works here.
        """
        approvals, confiner = self.approvals, self._confiner
        self.stack.callback(confiner.close)
        is_required = approvals.policy.needs_sandbox or self.config.security.sandbox_mode == "require"
        if is_required or approvals.policy.mode == "auto":
            await asyncio.to_thread(confiner.sandbox)
        return ToolRunner(
            tools={tool.spec.name: tool for tool in await self._tools()} if has_tools else {},
            approvals=approvals,
            clock=SystemClock(),
            safeguards=Safeguards(
                checkpoints=self._checkpoints(),
                outputs=self._outputs,
                mask=self.redactor.mask if self.config.security.mask_secrets else unmasked,
                desk=approvals.desk,
            ),
        )

    @cached_property
    def approvals(self) -> Approvals:
        """The policy in force, and who is asked."""
        options = self.options
        places = session_places(self.config, self.environ, add_dirs=options.add_dirs, readable=[self._outputs.folder])
        policy = load_policy(
            self.config, places=places, mode=options.mode, allow=options.allow, deny=options.deny, note=self.note
        )
        return Approvals(
            policy=policy,
            desk=Desk(is_attended=options.is_attended),
            trail=Trail(clock=SystemClock(), audit=self._audit()),
            rules=KeptRules(self.config.root, self.environ),
            check_mode=self._confiner.check,
        )

    @cached_property
    def redactor(self) -> Redactor:
        """Knows the secrets of this run."""
        return Redactor(self.secrets)

    @cached_property
    def jobs(self) -> Jobs:
        """The commands that run in the background."""
        return Jobs(self._processes)

    @cached_property
    def _processes(self) -> Processes:
        return Processes(
            self.config.root,
            confine=self._confiner.confinement,
            confine_own=self._confiner.own_confinement,
            outputs=self._outputs,
            on_put_back=lambda paths: self.note(put_back_warning(paths)),
        )

    @cached_property
    def _outputs(self) -> SavedOutputs:
        if not self.options.ephemeral:
            return SavedOutputs(user_paths(self.environ).state, self.session_id)
        folder = Path(tempfile.gettempdir(), f"aircher-{self.session_id}")  # nothing of the session stays on disk
        self.stack.callback(rmtree, folder, ignore_errors=True)
        return SavedOutputs(folder, self.session_id)

    @cached_property
    def _confiner(self) -> Confiner:
        return Confiner(self.config.security, lambda: self.approvals.policy, environ=self.environ, note=self.note)

    def _audit(self) -> LazyAudit | None:
        if self.options.ephemeral:
            return None
        audit = LazyAudit(self.paths.sessions, lambda: self.redactor, log=self.log)
        self.stack.push_async_callback(audit.aclose)
        return audit

    def _checkpoints(self) -> LocalCheckpoints | None:
        if self.options.ephemeral:
            return None
        checkpoints = session_checkpoints(self.config, self.environ, on_progress=SeldomTold(self.note))
        self.stack.push_async_callback(checkpoints.aclose)
        return checkpoints

    def _search(self) -> SearchSettings | None:
        search = self.config.search
        key = self.environ.get(search.brave_api_key_env, "")
        if not search.enabled:
            return None
        return SearchSettings(
            engines=search.providers,
            brave_key=Secret(key) if key else None,
            custom_url=search.custom_url,
            max_results=search.max_results,
            cache_s=search.cache_duration,
        )

    async def _tools(self) -> tuple[Tool[Any], ...]:
        root = self.config.root

        def may_read(path: Path) -> bool:
            return self.approvals.policy.may_read(path)  # of that moment: answers add rules to it

        search = IndexSearch(root, self.paths.file_index, may_read=may_read, note=self.note)
        self.stack.callback(search.close)
        listing = FolderListing(root)
        self.stack.callback(self._processes.close)
        places = self.approvals.policy.places
        bench = Workbench(
            root=root,
            files=LocalWorkspace(root),
            code=search,
            seen=SeenFiles(),
            contents=LocalFiles(),
            listing=listing,
            text_search=LocalTextSearch(listing),
            git=GitRepository(root),
            web=WebAccess(),
            search=self._search(),
            may_read=may_read,
            setting=Setting(roots=places.roots, home=places.home, user=self.environ.get("USER", "")),
            commands=self._processes,
            jobs=await self.stack.enter_async_context(self.jobs),
        )
        return built_in_tools(bench)
