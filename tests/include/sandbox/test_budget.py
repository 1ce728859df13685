from include.sandbox.budget import Budget


def test_a_window_begins_with_the_first_request_and_ends_on_time():
    now = [1000.0]
    budget = Budget(2, 60, clock=lambda: now[0])
    assert budget.spend("a") == (2, 1, 1060, 60, False)
    now[0] = 1059.5
    assert budget.spend("a") == (2, 0, 1060, 0.5, False)
    assert budget.spend("a") == (2, 0, 1060, 0.5, True)
    assert budget.spend("b").remaining == 1
    now[0] = 1060
    assert budget.spend("a") == (2, 1, 1120, 60, False)


def test_a_new_limit_starts_a_new_window_with_what_is_already_used():
    budget = Budget(2, 60, clock=lambda: 0.0)
    budget.set(10, 5, used=9, keys=("a",))
    assert budget.spend("a") == (10, 0, 5, 5, False)
    assert budget.spend("a").refused
    assert budget.spend("b").remaining == 9
