from contextlib import nullcontext
from aircher.tui.composer.ports import ComposerPorts, CommandEntry, FileChoice
from aircher.tui.dialogs.ports import CommandFacts, ModeFacts
class F:
    async def relevant(self, limit): return [FileChoice("README.md","x")]
    async def paths(self): return ["README.md","src/"]
class C:
    def __init__(s): s._e=None
    def entries(s):
        if s._e is None:
            from aircher.commands.registry import built_in_commands
            s._e=[CommandEntry(c.name,c.summary,c.arguments) for c in built_in_commands()]
        return s._e
    async def arguments(s,name,words): return []
class H:
    def __init__(s): s.l=[]
    async def recent(s,limit): return s.l[::-1][:limit]
    async def search(s,words,limit): return [x for x in s.l if words in x]
    async def add(s,t): s.l.append(t)
class D:
    async def load(s): return ""
    async def save(s,t): pass
class ProgramHost:
    def __init__(self, *, config, options, environ, subcommand_text, open_session, touched, suspended=nullcontext, tell=None, applied=None):
        self.place=config.root.name; self.config=config; self._open=open_session
        async def none(): return None
        async def ext(t): return t
        self.composer=ComposerPorts(files=F(),commands=C(),history=H(),drafts=D(),clipboard_image=none,edit_externally=ext,tell=tell,folder=str(config.root))
        self.shelf=None; self.book=None
    def open(self, session_id, *, is_last=False): return self._open(session_id,is_last=is_last)
    async def models(self): return []
    async def providers(self): return []
    def modes(self): return [ModeFacts(name=n,summary="") for n in ("plan","ask","edit","auto")]
    def commands(self):
        from aircher.commands.registry import built_in_commands
        return [CommandFacts(name=c.name,summary=c.summary,arguments=c.arguments,aliases=c.aliases) for c in built_in_commands()]
    def themes(self):
        from aircher.tui.theme import theme_names
        return theme_names()
    def theme(self,name):
        from aircher.tui.theme import load_theme
        return load_theme(name)
    def wrong_rule(self, rule): return None
    async def remember(self, text): return "kept"
