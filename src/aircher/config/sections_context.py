"""``[context_management]``: what of the project and of the conversation the model gets to see."""

from typing import Annotated

from msgspec import Struct, field

from aircher.config.quantities import Duration
from aircher.config.words import Natural, Ratio, doc


class AutoCompaction(Struct, frozen=True, kw_only=True):
    """When and how a long conversation is summarised."""

    enabled: Annotated[bool, doc("Whether long conversations are summarised by themselves.")] = True
    task_completion_trigger: Annotated[bool, doc("Summarise when a task is done.")] = True
    context_shift_trigger: Annotated[bool, doc("Summarise when the subject changes.")] = True
    quality_degradation_trigger: Annotated[bool, doc("Summarise when answers get worse.")] = False
    token_threshold: Annotated[Natural, doc("Summarise above this many tokens.", unit="tokens")] = 8_000
    time_threshold: Annotated[Duration, doc("Summarise after a pause this long; `0` = never.")] = Duration(7_200)
    preserve_messages: Annotated[Natural, doc("Newest messages that are kept word for word.", unit="messages")] = 5
    min_importance_score: Annotated[Ratio, doc("Messages at least this important are kept.")] = 0.3
    summary_ratio: Annotated[Ratio, doc("Length of the summary against what it replaces.")] = 0.3


class RelevanceWeights(Struct, frozen=True, kw_only=True):
    """How much each sign of relevance counts."""

    base: Annotated[Ratio, doc("Weight of the words that file and question share.")] = 0.3
    frequency: Annotated[Ratio, doc("Weight of how often the file was used.")] = 0.15
    recency: Annotated[Ratio, doc("Weight of how lately the file changed.")] = 0.2
    dependency: Annotated[Ratio, doc("Weight of imports between the file and others that matter.")] = 0.15
    task: Annotated[Ratio, doc("Weight of the kind of task.")] = 0.15
    success: Annotated[Ratio, doc("Weight of the file having helped before.")] = 0.05


class FileRelevance(Struct, frozen=True, kw_only=True):
    """Which files are put before the model."""

    max_files: Annotated[Natural, doc("Most files that are put before the model.", unit="files")] = 20
    threshold: Annotated[Ratio, doc("Files that score lower are left out.")] = 0.3
    include_dependencies: Annotated[bool, doc("Whether imported files are considered too.")] = True
    historical_weight: Annotated[Ratio, doc("Weight of earlier use against the present question.")] = 0.7
    decay_rate: Annotated[Ratio, doc("Share of earlier use that is forgotten each day.")] = 0.1
    weights: Annotated[RelevanceWeights, doc("How much each sign counts.")] = RelevanceWeights()


class TaskDetection(Struct, frozen=True, kw_only=True):
    """How the kind of task is told."""

    enabled: Annotated[bool, doc("Whether the kind of task is told from prompt and project.")] = True
    file_watch_patterns: Annotated[list[str], doc("Files whose changes count as signs.")] = field(default_factory=list)
    git_integration: Annotated[bool, doc("Whether branch and changes count as signs.")] = True
    behavior_analysis: Annotated[bool, doc("Whether the course of the session counts as a sign.")] = True
    confidence_threshold: Annotated[Ratio, doc("Less certain guesses are not acted on.")] = 0.6


class ContextWindow(Struct, frozen=True, kw_only=True):
    """How the model's window is shared out."""

    max_tokens: Annotated[Natural, doc("Most tokens to fill; 0 = the model's window.", unit="tokens")] = 0
    reserved_tokens: Annotated[Natural, doc("Tokens kept free for the answer.", unit="tokens")] = 4_096
    system_prompt_tokens: Annotated[Natural, doc("Most tokens of the system prompt.", unit="tokens")] = 2_000
    task_context_ratio: Annotated[Ratio, doc("Share of the window for the task.")] = 0.2
    file_content_ratio: Annotated[Ratio, doc("Share of the window for files.")] = 0.4
    conversation_ratio: Annotated[Ratio, doc("Share of the window for the conversation.")] = 0.4


class ContextManagement(Struct, frozen=True, kw_only=True):
    """What the model gets to see."""

    auto_compaction: Annotated[AutoCompaction, doc("Summaries of long conversations.")] = AutoCompaction()
    file_relevance: Annotated[FileRelevance, doc("Choice of files.")] = FileRelevance()
    task_detection: Annotated[TaskDetection, doc("Kind of task.")] = TaskDetection()
    context_window: Annotated[ContextWindow, doc("Shares of the window.")] = ContextWindow()
