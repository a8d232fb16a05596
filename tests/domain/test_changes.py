"""Changes that follow each other, and what the audit trail keeps of many."""

from aircher.domain.changes import MOST_RECORDS, FileChange, change_records, combined


def test_changes_of_one_file_amount_to_one() -> None:
    created = FileChange(path="a", change="created", after="1", added=2)
    modified = FileChange(path="a", change="modified", before="1", after="2", added=1, removed=1)
    deleted = FileChange(path="a", change="deleted", before="2", removed=3)
    assert combined([created, modified]) == (FileChange(path="a", change="created", after="2", added=3, removed=1),)
    assert combined([created, modified, deleted]) == ()
    assert combined([deleted, created]) == (
        FileChange(path="a", change="modified", before="2", after="1", added=2, removed=3),
    )


def test_of_very_many_changes_the_rest_is_counted() -> None:
    changes = [FileChange(path=f"{number}", change="created", after="1") for number in range(MOST_RECORDS + 5)]
    records = change_records(changes)
    assert records[0] == {"path": "0", "change": "created", "before": "", "after": "1"}
    assert (len(records), records[-1]) == (MOST_RECORDS + 1, {"left_out": 5})
    assert len(change_records(changes[:MOST_RECORDS])) == MOST_RECORDS
