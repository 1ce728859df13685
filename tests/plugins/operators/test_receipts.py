from plugins.operators.receipts import sequence, sums, table

ONE = {"extraction_id": 1, "label": "1 · everything", "verdict": "complete", "pages": 8, "seen": 716, "inserted": 716}
TWO = {"extraction_id": 2, "label": "2 · everything", "verdict": "partial", "pages": 1_200, "stale": 3, "odd": 1}


def test_a_row_a_slice_a_column_a_count_and_their_sum():
    said = table([ONE, TWO], of=("requests",), total=sums([ONE, TWO, {"tombstoned": 4}]))
    assert said.splitlines() == [
        "                          requests  pages  inserted  stale  tombstoned  odd",
        "1 · everything  complete         0      8       716      0           0    0",
        "2 · everything  partial          0  1,200         0      3           0    1",
        "all                              0  1,208       716      3           4    1",
    ]


def test_one_receipt_is_a_table_without_names():
    assert (
        table([{"inserted": 0, "updated": 0, "unchanged": 2_000}], of=("updated",))
        == "updated  unchanged\n      0      2,000"
    )


def test_the_order_of_columns_does_not_depend_on_the_order_of_counts():
    assert table([dict(reversed(TWO.items()))]) == table([TWO])


def test_a_single_receipt_comes_without_its_list_and_none_as_nothing():
    assert sequence(ONE) == [ONE]
    assert sequence(None) == []
    assert sequence((ONE, TWO)) == [ONE, TWO]
