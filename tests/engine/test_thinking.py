"""Words of a prompt that ask for thinking, and words that only look like them."""

import pytest

from aircher.engine.thinking import asked_for


@pytest.mark.parametrize(
    "prompt",
    [
        "think hard about it",
        "Think harder.",
        "THINK VERY HARD",
        "please think really hard about the race",
        "think much harder",
        "think deeply",
        "think carefully before you write",
        "ultrathink",
        "Plan it, then think hard",
        "a line\nthink hard\nanother",
    ],
)
def test_much_thinking_is_asked_for(prompt: str) -> None:
    assert asked_for(prompt) == "high"


@pytest.mark.parametrize(
    "prompt",
    [
        "think about it",
        "Analyze this",
        "analyse this",
        "an analysis, please",
        "plan the migration",
        "reason about locks",
        "what is the strategy?",
        "step by step",
        "break down the problem",
        "break it down",
        "break this down",
        "break that down",
        "pros and cons of both",
        "the implications of it",
        "make me a plan",
        "plan how to do it",
        "reason through it",
        "think about this\n<stdin>do not think</stdin>",
        "tradeoff",
        "trade-offs",
        "tradeoffs?",
        "trade-off",
        "methodology",
        "THINK",
        "(think)",
    ],
)
def test_these_words_ask_for_as_much_because_less_may_be_less_than_without_them(prompt: str) -> None:
    assert asked_for(prompt) == "high"


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "rename it",
        "list the planets",
        "the plan.",
        "mend the plan table",
        "the reason",
        "the implications",
        "don't think about it",
        "Do not analyze it, think",
        "without reasoning about it",
        "fix it\n<stdin>think hard</stdin>",
        "which planet is it",
        "an explanation",
        "airplane",
        "a reasonable default",
        "reasoning",
        "rethink it",
        "thinking",
        "thinkpad",
        "unthinkable",
        "analyzer",
        "analytics",
        "psychoanalysis",
        "strategyFactory",
        "self.plan_id",
        "replan",
        "step  by  step",
        "breakdown",
        "break them down",
        "pros und cons",
        "hard",
        "implicate",
        "a trade in offs",
        "methodologyless",
        "ultrathinking",
        "planétaire",
    ],
)
def test_other_words_and_words_inside_of_words_and_negated_ones_ask_for_nothing(prompt: str) -> None:
    assert asked_for(prompt) is None
