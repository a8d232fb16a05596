"""Walks the commands of a bash text the way bash would, on every way at once, and notes what each may do.

Invariant: a state after a command covers all states bash may be in there; what no way leads to is not walked. Not its
job: single builtins and programs.
"""

from collections.abc import Callable

from aircher.permissions.shell import nodes
from aircher.permissions.shell.arithmetic import check_sum
from aircher.permissions.shell.conditions import check_conditions
from aircher.permissions.shell.expansion import expand, expand_one
from aircher.permissions.shell.ledger import Ledger, Outcome, both
from aircher.permissions.shell.nodes import Node, Unreadable
from aircher.permissions.shell.redirections import may_fail, redirect
from aircher.permissions.shell.simple import run_simple
from aircher.permissions.shell.values import ANY, UNRESOLVED, Field, Kind, State, Stream, changed, join


class Walker(Ledger):
    """The walk over one text."""

    __slots__ = ()

    def substitute(self, body: nodes.Sequence, state: State) -> Stream:
        """Return what commands print that run in a shell of their own."""
        self.noted.append([])
        printed = self.run(body, state.copy(), None).printed
        effects = self.noted.pop()
        self.emit("", *effects)
        return None if self.has_trap else printed  # a trap may print too

    def run(self, node: Node, state: State, stdin: Stream) -> Outcome:
        """Return how ``node`` may end if it begins in ``state``."""
        match node:
            case nodes.Simple():
                self.step()
                return run_simple(node, self, state, stdin)
            case nodes.Sequence():
                return self._sequence(node, state, stdin)
            case nodes.Chain():
                return self._chain(node, state, stdin)
            case nodes.Pipeline():
                return self._pipeline(node, state, stdin)
            case nodes.Group():
                return self._group(node, state, stdin)
            case nodes.Redirected():
                result = redirect(node.redirections, self, state)
                self.emit("", *result.effects)
                outcome = self.run(node.body, state, stdin if result.stdin is ... else result.stdin)
                failure = join(outcome.failure, state) if may_fail(node.redirections) else outcome.failure
                return Outcome(outcome.success, failure, None if result.is_silent else outcome.printed)
            case nodes.Function():
                if node.name == "command_not_found_handle":
                    raise Unreadable("sets what runs in place of programs that are missing")
                if self.has_trap:
                    raise Unreadable("defines a function after it set a trap")
                found = state.copy()
                found.functions[node.name] = node.body
                return both(found)
            case _:
                return self._compound(node, state, stdin)

    def _compound(self, node: Node, state: State, stdin: Stream) -> Outcome:
        match node:
            case nodes.If():
                return self._if(node, state, stdin)
            case nodes.While():
                return self._loop(state, lambda head: self._while(node, head, stdin))
            case nodes.For():
                return self._for(node, state, stdin)
            case nodes.Count():
                found = state.copy()
                check_sum(node.expressions[0], self, found)
                return self._loop(found, lambda head: self._count(node, head, stdin))
            case nodes.Case():
                return self._case(node, state, stdin)
            case nodes.Test():
                check_conditions(node, self, state)
                return both(state)
            case nodes.Arithmetic():
                found = state.copy()
                check_sum(node.expression, self, found)
                return both(found)
            case _:
                raise Unreadable("has a construct that is not known")

    def _sequence(self, node: nodes.Sequence, state: State, stdin: Stream) -> Outcome:
        outcome = both(state)
        for index, command in enumerate(node.commands):
            current = outcome.either
            if current is None:
                break
            if index in node.background:
                self.unordered += 1  # for good: it may run at any time from now on
                self.run(command, current.copy(), None)
                outcome = both(current)
            else:
                previous = outcome
                outcome = self.run(command, current, stdin)
                if index:  # both print
                    lines = (
                        None
                        if previous.printed is None or outcome.printed is None
                        else [*previous.printed, *outcome.printed]
                    )
                    outcome = Outcome(outcome.success, outcome.failure, lines)
        return outcome

    def _chain(self, node: nodes.Chain, state: State, stdin: Stream) -> Outcome:
        outcome = self.run(node.commands[0], state, stdin)
        for operator, command in zip(node.operators, node.commands[1:], strict=True):
            begin = outcome.success if operator == "&&" else outcome.failure
            if begin is None:
                continue
            following = self.run(command, begin, stdin)
            if operator == "&&":
                outcome = Outcome(following.success, join(outcome.failure, following.failure))
            else:
                outcome = Outcome(join(outcome.success, following.success), following.failure)
        return outcome

    def _pipeline(self, node: nodes.Pipeline, state: State, stdin: Stream) -> Outcome:
        self.unordered += 1
        for command in node.commands:
            printed = self.run(command, state.copy(), stdin).printed
            stdin = None if self.has_trap else printed
        self.unordered -= 1
        return both(state, stdin)

    def _group(self, node: nodes.Group, state: State, stdin: Stream) -> Outcome:
        if node.is_subshell:
            return both(state, self.run(node.body, state.copy(), stdin).printed)
        outcome = self.run(node.body, state, stdin)
        return Outcome(outcome.failure, outcome.success, outcome.printed) if node.is_negated else outcome

    def _if(self, node: nodes.If, state: State, stdin: Stream) -> Outcome:
        end: State | None = None
        current: State | None = state
        for condition, body in node.branches:
            if current is None:
                break
            outcome = self.run(condition, current, stdin)
            if outcome.success is not None:
                end = join(end, self.run(body, outcome.success, stdin).either)
            current = outcome.failure
        if current is not None:
            end = join(end, current if node.otherwise is None else self.run(node.otherwise, current, stdin).either)
        return both(end)

    def _case(self, node: nodes.Case, state: State, stdin: Stream) -> Outcome:
        begin = state.copy()
        for word in [node.word, *(pattern for patterns, _ in node.items for pattern in patterns)]:
            expand_one(word, self, begin)
        end: State | None = begin
        for _, body in node.items:
            if end is not None:  # one body may go on into the next
                end = join(end, self.run(body, join(begin, end) or begin, stdin).either)
        return both(end)

    def _loop(self, state: State, once: Callable[[State], State | None]) -> Outcome:
        """Walk a body until nothing new can happen; what still changes then is unknown."""
        head = state
        self.unordered += 1
        for turn in range(5):
            self.escapes.append(("loop", []))
            after = once(head.copy())
            _, left = self.escapes.pop()
            for early in left:
                after = join(after, early)
            grown = join(head, after) or head
            if is_same(grown, head):
                self.unordered -= 1
                return both(head)
            head = changed(head, grown) if turn >= 2 else grown
        raise Unreadable("has a loop whose end cannot be told")

    def _while(self, node: nodes.While, head: State, stdin: Stream) -> State | None:
        outcome = self.run(node.condition, head, stdin)
        begin = outcome.either
        return None if begin is None else join(begin, self.run(node.body, begin, stdin).either)

    def _count(self, node: nodes.Count, head: State, stdin: Stream) -> State | None:
        check_sum(node.expressions[1], self, head)
        after = self.run(node.body, head, stdin).either
        if after is not None:
            after = after.copy()
            check_sum(node.expressions[2], self, after)
        return after

    def _for(self, node: nodes.For, state: State, stdin: Stream) -> Outcome:
        values = self._values(node, state)

        def once(head: State) -> State | None:
            after: State | None = None
            for value in values:
                begin = head.copy()
                self.assign(node.name, begin, value)
                after = join(after, self.run(node.body, begin, stdin).either)
            return after

        return self._loop(state, once)

    def _values(self, node: nodes.For, state: State) -> list[Field]:
        if node.words is None:
            return list(state.positional) if state.positional is not None else [ANY]
        found: list[Field] = []
        for word in node.words:
            for fields in expand(word, self, state):
                self.look(fields, state)
                found += [ANY if value.kind is Kind.MANY else value for value in fields]
        return list(dict.fromkeys(found))

    def call(self, body: Node, state: State, arguments: tuple[Field, ...] | None, stdin: Stream) -> Outcome:
        """Return how a function may end."""
        begin = state.copy()
        begin.positional = arguments
        self.escapes.append(("function", []))
        self.hidden.append(set())
        outcome = self.nested(lambda: self.run(body, begin, stdin))
        _, left = self.escapes.pop()
        end = outcome.either
        for early in left:
            end = join(end, early)
        hidden = self.hidden.pop()
        if end is None:
            return both(None)
        end = end.copy()
        end.positional = state.positional
        for name in hidden:
            end.variables[name] = UNRESOLVED
        return both(end, outcome.printed)


def is_same(first: State, second: State) -> bool:
    """Tell whether two states are one."""
    return (
        set(first.folders) == set(second.folders)
        and first.variables == second.variables
        and first.functions == second.functions
        and first.positional == second.positional
        and first.options == second.options
        and first.stack == second.stack
    )
